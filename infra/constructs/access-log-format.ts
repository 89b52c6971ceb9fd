import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

// Numbers are quoted too: a variable without a value is written as a bare "-", which only a string survives as JSON.
const fields = {
  // What clients write themselves comes first: AWS does not say that it escapes it, and of two members with one name the last one counts.
  requestId: '$context.requestId',
  path: '$context.path',
  // Of the two ids the one that no client can choose.
  extendedRequestId: '$context.extendedRequestId',
  httpMethod: '$context.httpMethod',
  resourcePath: '$context.resourcePath',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  responseLength: '$context.responseLength',
  errorType: '$context.error.responseType',
};

/**
 * One JSON object per request: how it ended, milliseconds, bytes, and `who` sent it. `$context.identity.apiKey` must never be in here:
 * with keys from an authorizer it is the hidden key itself.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export const accessLogFormat = (who: Readonly<Record<string, string>>): AccessLogFormat =>
  AccessLogFormat.custom(JSON.stringify({ ...fields, ...who }));
