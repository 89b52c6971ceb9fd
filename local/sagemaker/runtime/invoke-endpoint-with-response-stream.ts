import type { IncomingMessage } from 'node:http';
import type { AwsAnswer, AwsCall } from '../../endpoint/aws-call.ts';
import { ContainerTimeout } from '../container/container-request.ts';
import type { SageMakerState } from '../sagemaker-state.ts';
import { answerHeaders } from './answer-headers.ts';
import { eventStreamMessage } from './event-stream-message.ts';
import { headerNames } from './header-names.ts';
import { runtimeCall } from './runtime-call.ts';
import { runtimeErrors } from './runtime-error.ts';

/**
 * InvokeEndpointWithResponseStream: what the container sends is passed on as it comes, in parts.
 * @throws AwsError for what goes wrong before the container answers; later it is a part of the stream
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html
 */
export async function invokeEndpointWithResponseStream(
  state: SageMakerState,
  call: AwsCall,
  name: string,
): Promise<AwsAnswer> {
  const { 'content-type': contentType, [headerNames.accept]: accept } = call.headers;
  const operation = { name, action: 'sagemaker:InvokeEndpointWithResponseStream', contentType, accept };
  const { endpoint, invocation, variantName, componentName } = runtimeCall(state, call, operation);
  if (endpoint.queue !== undefined) {
    throw runtimeErrors.validation(`Endpoint ${name} is asynchronous; it is invoked with InvokeEndpointAsync.`);
  }
  const { server, variant } = endpoint.destination(variantName, componentName);
  const answer = await server.invoke(invocation, state.timings.streamMs);
  const type = answer.headers['content-type'];
  return {
    status: 200,
    headers: {
      'content-type': 'application/vnd.amazon.eventstream',
      ...(type !== undefined && { [headerNames.contentType]: type }),
      ...answerHeaders(answer, variant),
    },
    body: parts(answer),
  };
}

async function* parts(answer: IncomingMessage): AsyncGenerator<Uint8Array, void> {
  const part = {
    ':message-type': 'event',
    ':event-type': 'PayloadPart',
    ':content-type': 'application/octet-stream',
  };
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) yield eventStreamMessage(part, chunk);
  } catch (error) {
    const isLate = error instanceof ContainerTimeout;
    const failure = {
      Message: isLate ? 'The model did not end its answer in time.' : 'The connection to the model was closed.',
      ErrorCode: isLate ? 'ModelInvocationTimeExceeded' : 'StreamBroken',
    };
    const exception = {
      ':message-type': 'exception',
      ':exception-type': 'ModelStreamError',
      ':content-type': 'application/json',
    };
    yield eventStreamMessage(exception, Buffer.from(JSON.stringify(failure)));
  }
}
