import type { AwsAnswer, AwsError } from './aws-call.ts';

/**
 * Renders an error the way the JSON protocols do; SDKs read the code from the header or from `__type`.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
export const jsonError = (error: AwsError): AwsAnswer => ({
  status: error.status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
  body: JSON.stringify({ __type: error.code, message: error.message }),
});
