import { type AwsAnswer, type AwsCall, AwsError, type AwsService } from '../endpoint/aws-call.ts';
import { describeEndpoint } from './control/describe-endpoint.ts';
import { invokeEndpoint } from './runtime/invoke-endpoint.ts';
import { invokeEndpointAsync } from './runtime/invoke-endpoint-async.ts';
import { invokeEndpointWithResponseStream } from './runtime/invoke-endpoint-with-response-stream.ts';
import { RuntimeError } from './runtime/runtime-error.ts';
import type { SageMakerState } from './sagemaker-state.ts';

/** A request to a real-time endpoint may have 25 MB. https://docs.aws.amazon.com/sagemaker/latest/dg/model-deploy-faq.html */
const bodyBytesMax = 25 * 1024 * 1024;

const runtimePath = /^\/endpoints\/(?<name>[^/]+)\/(?<operation>[a-z-]+)$/;
const runtimeOperations: Readonly<
  Record<string, (state: SageMakerState, call: AwsCall, name: string) => Promise<AwsAnswer>>
> = {
  invocations: invokeEndpoint,
  'async-invocations': invokeEndpointAsync,
  'invocations-response-stream': invokeEndpointWithResponseStream,
};

/** SageMaker behind the endpoint. Its two APIs share a signing name: the runtime's operations are paths, the others are named in a header. */
export const sagemakerService = (state: SageMakerState): AwsService => ({
  signingName: 'sagemaker',
  bodyBytesMax,
  handle: async (call) => {
    const { name, operation } = runtimePath.exec(call.path)?.groups ?? {};
    const run = runtimeOperations[operation ?? ''];
    if (name !== undefined && run !== undefined && call.method === 'POST') return run(state, call, name);
    const target = call.headers['x-amz-target'];
    if (target === 'SageMaker.DescribeEndpoint') return describeEndpoint(state, call);
    const what = target?.slice(0, 100) ?? `${call.method} ${call.path.slice(0, 100)}`;
    throw new AwsError('NotImplemented', 501, `${what} is not part of the local cloud.`);
  },
  renderError,
});

/** Both APIs' SDKs read the code from the header; the runtime's errors spell their fields with capitals. */
const renderError = (error: AwsError): AwsAnswer => ({
  status: error.status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
  body: JSON.stringify({
    __type: error.code,
    Message: error.message,
    message: error.message,
    ...(error instanceof RuntimeError && error.fields),
  }),
});
