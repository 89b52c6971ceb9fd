import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { ApiRequest } from '../core/api/api-request.ts';
import type { FoundRoute } from '../core/api/find-route.ts';
import type { Route } from '../core/api/route.ts';
import { callerFromContext } from './caller-context.ts';

const nothing = new Uint8Array(0);

/**
 * Reads API Gateway's Lambda proxy event (payload 1.0) as an `ApiRequest`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyRequest(event: APIGatewayProxyEvent, context: Context, { route, params }: FoundRoute): ApiRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  const { requestId, extendedRequestId } = event.requestContext;
  return {
    route,
    params: { ...decoded(event.pathParameters), ...params },
    query: present(event.queryStringParameters),
    headers,
    body: event.body === null ? nothing : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId,
    ...(extendedRequestId === undefined ? {} : { extendedRequestId }),
    caller: caller(event, route),
    remainingMs: () => context.getRemainingTimeInMillis(),
  };
}

function caller(event: APIGatewayProxyEvent, route: Route): ApiRequest['caller'] {
  if (route.api === 'control') return { kind: 'operator', arn: event.requestContext.identity.userArn ?? 'unknown' };
  if (route.authorization === 'none') return { kind: 'anonymous' };
  return callerFromContext(event.requestContext.authorizer ?? {});
}

const present = (values: Record<string, string | undefined> | null): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined));

/**
 * A model's name has nothing in it that has to be encoded, and API Gateway finds the resources of models with a function of their own by
 * the plain spelling only. Were others understood, they would lead to different functions; so they are no model's name anywhere.
 */
const asSpelled = 'model';

// API Gateway hands path parameters over as they stood in the URL, still percent-encoded.
function decoded(values: Record<string, string | undefined> | null): Record<string, string> {
  const params = present(values);
  for (const [name, value] of Object.entries(params)) {
    if (name === asSpelled) continue;
    try {
      params[name] = decodeURIComponent(value);
    } catch {
      // Not valid percent-encoding: keep it as it came, no model or tenant has such a name.
    }
  }
  return params;
}
