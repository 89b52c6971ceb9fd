import type { RequestIds } from './request-record.ts';

/**
 * What all records of one request have in common: its tenant and the gateway's own id of it. Only where that is missing the other id stands
 * in, by which a client can make several requests look like one.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export const requestKey = ({ tenant, requestId, extendedRequestId }: RequestIds): string =>
  extendedRequestId === undefined ? `${tenant} chosen ${requestId}` : `${tenant} ${extendedRequestId}`;
