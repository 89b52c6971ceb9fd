import { type GatewayResponseOptions, ResponseType } from 'aws-cdk-lib/aws-apigateway';

const answer = (type: ResponseType, statusCode: string, error: string) => ({
  type,
  statusCode,
  templates: { 'application/json': JSON.stringify({ error }) },
});

/** A refusal by the usage plan. Its type tells programs that it is none of our own limits, whose types name units. */
const overPlan = (type: ResponseType, limit: 'rate' | 'quota', error: string, retryAfterSeconds: number) => ({
  type,
  statusCode: '429',
  templates: { 'application/json': JSON.stringify({ error, type: `urn:maas:problem:plan-${limit}-exceeded` }) },
  // API Gateway takes what stands in single quotes literally.
  responseHeaders: { 'Retry-After': `'${retryAfterSeconds}'` },
});

const refused = 'The API key is not valid, or may not be used here.';

/**
 * What tenants read when API Gateway answers before any function did: JSON with `error`, where clients of Open Inference and of Hugging
 * Face look for it. An unknown, a revoked and a suspended tenant's key are told apart by nothing.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const tenantResponses: readonly GatewayResponseOptions[] = [
  // What API Gateway calls a missing token is a path or method that does not exist.
  answer(ResponseType.MISSING_AUTHENTICATION_TOKEN, '404', 'Not Found'),
  answer(ResponseType.RESOURCE_NOT_FOUND, '404', 'Not Found'),
  answer(
    ResponseType.UNAUTHORIZED,
    '401',
    'No API key. Send it as the header x-api-key, or as Authorization: Bearer <key> on /models/{model}.',
  ),
  answer(ResponseType.ACCESS_DENIED, '403', refused),
  answer(ResponseType.INVALID_API_KEY, '403', refused),
  answer(ResponseType.WAF_FILTERED, '403', refused),
  answer(ResponseType.EXPIRED_TOKEN, '403', refused),
  answer(ResponseType.INVALID_SIGNATURE, '403', refused),
  overPlan(
    ResponseType.THROTTLED,
    'rate',
    'Too many requests a second for your usage plan. Slow down and try again.',
    1,
  ),
  // The quota comes back with the month, a time that a fixed header cannot name. An hour keeps clients that obey it from asking in vain
  // more than 24 times a day, and lets one whose plan was upgraded go on within the hour.
  overPlan(
    ResponseType.QUOTA_EXCEEDED,
    'quota',
    'The monthly quota of requests of your usage plan is used up. It is renewed on the first of the month, UTC; a larger plan lifts it at once.',
    3600,
  ),
  answer(
    ResponseType.INTEGRATION_TIMEOUT,
    '504',
    'The model did not answer within 29 seconds. Nothing was billed. Send a smaller batch.',
  ),
  {
    type: ResponseType.DEFAULT_4XX,
    // The status and the reason are the gateway's own; messageString brings its quotes.
    templates: { 'application/json': '{"error":$context.error.messageString}' },
  },
  {
    // Also what comes when Lambda has no capacity left, which the gateway tells from a failure by nothing. Not 503: Hugging Face's client
    // repeats that at once and for ever.
    type: ResponseType.DEFAULT_5XX,
    templates: {
      'application/json':
        '{"error":"The platform is at capacity or failed on this request. Try again in a moment; if that does not help, report request id $context.requestId."}',
    },
    responseHeaders: { 'Retry-After': "'1'" },
  },
];
