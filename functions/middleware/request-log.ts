import type { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** Logs one structured line per request: who, what, status and milliseconds. Never a payload, a header or a key. */
export function requestLog(logger: Logger): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  const started = new WeakMap<APIGatewayProxyEvent, number>();
  return {
    before: ({ event }) => {
      started.set(event, performance.now());
    },
    after: ({ event, response }) => {
      const { requestContext } = event;
      logger.info('request', {
        requestId: requestContext.requestId,
        extendedRequestId: requestContext.extendedRequestId,
        route: `${event.httpMethod} ${event.resource}`,
        tenant: requestContext.authorizer?.['tenant'],
        keyId: requestContext.authorizer?.['keyId'],
        model: event.pathParameters?.['model'],
        status: response?.statusCode,
        // By these two and the extended id the hourly reconciliation finds the answer's usage event, and knows what was billed before.
        event: response?.headers?.['x-usage-event-id'],
        replayed: response?.headers?.['idempotency-replayed'] === 'true' ? true : undefined,
        ms: Math.round((performance.now() - (started.get(event) ?? performance.now())) * 100) / 100,
      });
    },
  };
}
