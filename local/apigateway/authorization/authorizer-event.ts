import type { Exchange } from '../exchange.ts';
import { requestContext } from '../request/request-context.ts';
import type { EventHeaders } from '../request/request-headers.ts';

/**
 * The event for a REQUEST authorizer, as JSON.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function authorizerEvent(exchange: Exchange, eventHeaders: EventHeaders): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: 'REQUEST',
      methodArn: exchange.methodArn,
      resource: exchange.route?.resourcePath,
      path: exchange.path === '' ? '/' : exchange.path,
      httpMethod: exchange.method,
      ...eventHeaders,
      queryStringParameters: exchange.query?.single ?? {},
      multiValueQueryStringParameters: exchange.query?.multi ?? {},
      pathParameters: exchange.pathParameters,
      stageVariables: exchange.stage.variables,
      requestContext: requestContext(exchange),
    }),
  );
}
