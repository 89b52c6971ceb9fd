import type { Exchange } from '../exchange.ts';
import { compileTemplate } from '../variables/compile-template.ts';
import { jsonEscaped } from '../variables/json-escaped.ts';
import { type MappedValue, mappedValue } from '../variables/mapped-value.ts';
import type { Answer } from './answer.ts';
import type { GatewayFault } from './gateway-fault.ts';
import { isSendable } from './is-sendable.ts';

/** `AWS::ApiGateway::GatewayResponse`, compiled. */
export interface GatewayResponse {
  readonly status: number | undefined;
  readonly headers: readonly (readonly [name: string, value: MappedValue])[];
  /** Media type -> body; empty: the built-in one. */
  readonly bodies: ReadonlyMap<string, (exchange: Exchange) => string>;
}

interface Declaration {
  readonly StatusCode?: string | undefined;
  readonly ResponseParameters?: Readonly<Record<string, string>> | undefined;
  readonly ResponseTemplates?: Readonly<Record<string, string>> | undefined;
}

/**
 * Compiles a declared gateway response.
 * @throws when a mapping or template is not one that AWS substitutes
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function compileGatewayResponse(declared: Declaration): GatewayResponse {
  const headers = Object.entries(declared.ResponseParameters ?? {}).map(([target, source]) => {
    const name = /^gatewayresponse\.header\.([!#$%&'*+.^`|~\w-]+)$/.exec(target)?.[1];
    if (name === undefined) throw new Error(`the response parameter ${target} is not a gatewayresponse.header`);
    return [name, mappedValue(source)] as const;
  });
  const bodies = Object.entries(declared.ResponseTemplates ?? {}).map(([mediaType, template]) => {
    const quote = mediaType.includes('json') ? jsonEscaped : String;
    return [mediaType, compileTemplate(template, { quote, absent: '' })] as const;
  });
  return {
    status: declared.StatusCode === undefined ? undefined : Number(declared.StatusCode),
    headers,
    bodies: new Map(bodies),
  };
}

/** The answer to a request that ends in the gateway. */
export function gatewayAnswer(exchange: Exchange, fault: GatewayFault, response: GatewayResponse | undefined): Answer {
  const template = response && chooseBody(exchange, response);
  const [mediaType, body] = template ?? ['application/json', builtInBody(fault)];
  const headers = new Map<string, readonly [name: string, value: string]>([
    ['content-type', ['Content-Type', mediaType]],
    ['x-amzn-errortype', ['x-amzn-ErrorType', fault.exception]],
  ]);
  for (const [name, read] of response?.headers ?? []) {
    const value = read(exchange);
    // What a client or an authorizer put there may be more than a header can carry.
    if (value !== undefined && isSendable(name, value)) headers.set(name.toLowerCase(), [name, value]);
  }
  return { status: response?.status ?? fault.status, headers: [...headers.values()], body };
}

function chooseBody(exchange: Exchange, { bodies }: GatewayResponse): [mediaType: string, body: string] | undefined {
  const accepted = exchange.headers.get('accept')?.split(/[,;]/, 1)[0]?.trim();
  const [first] = bodies.keys();
  const mediaType = [accepted, 'application/json', first].find((type) => type !== undefined && bodies.has(type));
  const body = mediaType === undefined ? undefined : bodies.get(mediaType)?.(exchange);
  return mediaType === undefined || body === undefined ? undefined : [mediaType, body];
}

// AWS spells it `Message` in its own ACCESS_DENIED and `message` everywhere else.
const builtInBody = ({ type, text }: GatewayFault): string =>
  JSON.stringify(type === 'ACCESS_DENIED' ? { Message: text } : { message: text });
