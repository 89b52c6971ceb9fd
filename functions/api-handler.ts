import type { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { ApiRequest } from '../core/api/api-request.ts';
import type { ApiResponse } from '../core/api/api-response.ts';
import { errorResponse } from '../core/api/error-response.ts';
import { findRoute } from '../core/api/find-route.ts';
import { MaasError } from '../core/api/maas-error.ts';
import { requireScope } from '../core/api/require-scope.ts';
import type { Route } from '../core/api/route.ts';
import { requestLog } from './middleware/request-log.ts';
import { proxyRequest } from './proxy-request.ts';
import { proxyResult } from './proxy-result.ts';

/**
 * The one way from API Gateway into `core/`: finds the route, reads the event, checks the key's scope, calls `serve`, renders the answer or the error in the
 * family's shape, adds `x-request-id` and logs one line. The handlers in the folders beside it are this and their dependencies.
 */
export function apiHandler(
  api: Route['api'],
  serve: (request: ApiRequest) => Promise<ApiResponse>,
  logger: Logger,
): (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult> {
  const handle = async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const found = findRoute(api, event.httpMethod, event.resource);
    const respond = async (): Promise<ApiResponse> => {
      if (found === undefined) throw new Error(`no route for ${event.httpMethod} ${event.resource}`);
      const request = proxyRequest(event, context, found);
      requireScope(request);
      return serve(request);
    };
    let response: ApiResponse;
    try {
      response = await respond();
    } catch (error) {
      // What is not explained to the client, our own failure or the cause behind a 503, must at least be found by its request id.
      if (!(error instanceof MaasError) || error.status >= 500) {
        logger.error('unexpected error', { requestId, error: error as Error });
      }
      response = errorResponse(found?.route.family ?? 'account', error, requestId);
    }
    return proxyResult({ ...response, headers: { ...response.headers, 'x-request-id': requestId } });
  };
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>().use(requestLog(logger)).handler(handle);
}
