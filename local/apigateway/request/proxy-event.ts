import type { Exchange } from '../exchange.ts';
import { requestContext } from './request-context.ts';
import type { EventHeaders } from './request-headers.ts';

/**
 * The event for a Lambda proxy integration (payload format 1.0) as JSON. A binary body is written straight into the result, so that
 * besides its base64 form no second copy is made.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(exchange: Exchange, eventHeaders: EventHeaders, body: Buffer): Buffer {
  const { stage, query } = exchange;
  const isBase64Encoded = body.length > 0 && stage.isBinary(exchange.headers.get('content-type') ?? '');
  const envelope = JSON.stringify({
    resource: exchange.route?.resourcePath,
    path: exchange.path === '' ? '/' : exchange.path,
    httpMethod: exchange.method,
    ...eventHeaders,
    queryStringParameters: query?.single ?? null,
    multiValueQueryStringParameters: query?.multi ?? null,
    pathParameters: orNull(exchange.pathParameters),
    stageVariables: orNull(stage.variables),
    requestContext: requestContext(exchange),
    isBase64Encoded,
  });
  const head = `${envelope.slice(0, -1)},"body":`;
  if (!isBase64Encoded)
    return Buffer.from(`${head}${body.length === 0 ? 'null' : JSON.stringify(body.toString('utf8'))}}`);
  const headBytes = Buffer.byteLength(head);
  const bodyBytes = 4 * Math.ceil(body.length / 3);
  const event = Buffer.allocUnsafe(headBytes + bodyBytes + 3);
  event.write(head, 0, 'utf8');
  event.write('"', headBytes, 'latin1');
  event.write(body.toString('base64'), headBytes + 1, 'latin1');
  event.write('"}', headBytes + 1 + bodyBytes, 'latin1');
  return event;
}

const orNull = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null => {
  for (const _ in values) return values;
  return null;
};
