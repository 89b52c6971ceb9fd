import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { TenantCaller } from '../../core/api/api-request.ts';
import { scopes } from '../../core/api/scope.ts';
import { callerContext } from '../../functions/caller-context.ts';

/** A request as a test writes it down. */
export interface TestRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text or bytes. */
  readonly body?: unknown;
  /** Who the authorizer found; with all scopes, unless the test says otherwise. */
  readonly caller?: Omit<TenantCaller, 'kind' | 'scopes'> & Partial<Pick<TenantCaller, 'scopes'>>;
  readonly remainingMs?: number;
}

/** The event that API Gateway makes of it (payload 1.0, every body binary, as `*\/*` among the binary media types has it). */
export function proxyEvent(method: string, resource: string, request: TestRequest): APIGatewayProxyEvent {
  const { params = {}, query = {}, headers = {}, body, caller } = request;
  const path = resource.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const sent = {
    ...(typeof body === 'object' && !(body instanceof Uint8Array) ? { 'Content-Type': 'application/json' } : {}),
    ...headers,
  };
  const event = {
    httpMethod: method,
    resource,
    path,
    headers: sent,
    multiValueHeaders: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]])),
    pathParameters: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, encodeURIComponent(value)]),
    ),
    queryStringParameters: query,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    body: body === undefined ? null : bytes(body).toString('base64'),
    isBase64Encoded: body !== undefined,
    requestContext: {
      requestId: 'request-1',
      identity: { userArn: 'arn:aws:iam::000000000000:user/operator' },
      ...(caller === undefined ? {} : { authorizer: callerContext({ scopes, ...caller }) }),
    },
  };
  return event as unknown as APIGatewayProxyEvent;
}

/** The context that Lambda hands over with it. */
export const lambdaContext = ({ remainingMs = 28_000 }: TestRequest): Context =>
  ({ awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => remainingMs }) as Context;

function bytes(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
