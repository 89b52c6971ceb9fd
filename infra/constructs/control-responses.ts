import { type GatewayResponseOptions, ResponseType } from 'aws-cdk-lib/aws-apigateway';

// Problem details as the control function words them (RFC 9457). The template's own type only selects it, so the header says it again.
const problem = (
  type: ResponseType,
  status: number | undefined,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
) => ({
  type,
  ...(status === undefined ? {} : { statusCode: String(status) }),
  templates: {
    'application/json':
      `{"type":"urn:maas:problem:${title}","title":"${title}",` +
      `${status === undefined ? '' : `"status":${status},`}"detail":${detail},"requestId":"$context.requestId"}`,
  },
  responseHeaders: { 'Content-Type': "'application/problem+json'", ...headers },
});

const gatewaysOwnWords = '$context.error.messageString';

/** What operators read when API Gateway answers before the control function did. */
export const controlResponses: readonly GatewayResponseOptions[] = [
  problem(
    ResponseType.MISSING_AUTHENTICATION_TOKEN,
    403,
    'forbidden',
    '"the request is not signed with AWS credentials (SigV4), or there is no such path"',
  ),
  problem(ResponseType.THROTTLED, 429, 'too-many-requests', '"too many requests; try again in a second"', {
    'Retry-After': "'1'",
  }),
  problem(
    ResponseType.INTEGRATION_TIMEOUT,
    504,
    'timeout',
    '"no answer within 29 seconds; ask for the outcome before you try again"',
  ),
  problem(ResponseType.DEFAULT_4XX, undefined, 'refused', gatewaysOwnWords),
  problem(ResponseType.DEFAULT_5XX, undefined, 'internal', '"internal error; quote the request id when you report it"'),
];
