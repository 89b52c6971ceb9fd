import { type AwsAnswer, type AwsCall, AwsError, type AwsService } from '../endpoint/aws-call.ts';
import { authorize } from '../iam/authorize.ts';
import { batchMeterUsage, type Metering } from './batch-meter-usage.ts';
import { refusals } from './refusals.ts';

/** "Less than 1 MB". */
const bodyBytesMax = 1024 * 1024 - 1;

/** AWS Marketplace Metering behind the endpoint, in its JSON protocol. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const marketplaceService = (metering: Metering): AwsService => ({
  signingName: 'aws-marketplace',
  bodyBytesMax,
  handle: async (call) => {
    const target = (call.headers['x-amz-target'] ?? '').slice(0, 100);
    if (target !== 'AWSMPMeteringService.BatchMeterUsage') {
      throw new AwsError('NotImplemented', 501, `"${target}" is not part of the local cloud's Marketplace.`);
    }
    authorize(
      { principal: call.principal, action: 'aws-marketplace:BatchMeterUsage', resource: '*' },
      { code: 'AccessDeniedException', status: 400 },
    );
    return answer(200, batchMeterUsage(metering, inputOf(call)));
  },
  renderError: ({ code, status, message }) => answer(status, { __type: code, message }),
});

function inputOf({ body }: AwsCall): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw refusals.invalid('The body is not JSON.');
  }
}

const answer = (status: number, output: object): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(output),
});
