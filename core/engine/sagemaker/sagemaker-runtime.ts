import type { AwsAccess } from '../../aws/aws-access.ts';
import { AwsError } from '../../aws/aws-error.ts';
import { jsonRefusal } from '../../aws/json-refusal.ts';
import { NoAnswerError } from '../../aws/no-answer-error.ts';
import { serviceUrl } from '../../aws/service-url.ts';
import { SignedHttp } from '../../aws/signed-http.ts';
import type { EndpointInvoker, Invocation, InvocationAnswer } from './invocation.ts';
import { InvokeError } from './invoke-error.ts';

/** A container has 60 s to answer; SageMaker gives up then. */
const msMax = 60_000;
/** SageMaker's own limit for what an endpoint takes and gives. */
const answerBytesMax = 25 * 1024 * 1024;
/** What keeps the client's own limits from ending a call before the deadline does, whose end is another error. */
const afterMs = 1000;

/**
 * Calls SageMaker's `InvokeEndpoint`. `@aws-sdk/client-sagemaker-runtime` would do the same and more, for 150 kB of a bundle and the
 * milliseconds of a cold start that they cost. A connection that SageMaker closed while the function was frozen is opened anew; nothing
 * else is tried again here.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export class SageMakerRuntime implements EndpointInvoker {
  readonly #http: SignedHttp;

  constructor({ endpoint, ...access }: AwsAccess) {
    this.#http = new SignedHttp({
      ...access,
      label: 'SageMaker',
      signingName: 'sagemaker',
      url: serviceUrl('runtime.sagemaker', access.region, endpoint),
      readRefusal: jsonRefusal,
    });
  }

  async invoke(
    endpoint: string,
    { contentType, body, targetModel, inferenceComponent }: Invocation,
    { deadlineMs }: { readonly deadlineMs: number },
  ): Promise<InvocationAnswer> {
    const ms = Math.floor(Math.min(deadlineMs, msMax));
    if (ms < 1) throw new InvokeError(endpoint, 'DeadlineExceeded', 0, 'no time is left to call it');
    const signal = AbortSignal.timeout(ms);
    try {
      const answer = await this.#http.send({
        method: 'POST',
        path: `/endpoints/${encodeURIComponent(endpoint)}/invocations`,
        headers: {
          'content-type': contentType,
          ...(targetModel === undefined ? {} : { 'x-amzn-sagemaker-target-model': targetModel }),
          ...(inferenceComponent === undefined ? {} : { 'x-amzn-sagemaker-inference-component': inferenceComponent }),
        },
        body,
        attempts: 1,
        // A model that computes is silent.
        idleMsMax: ms + afterMs,
        msMax: ms + afterMs,
        answerBytesMax,
        signal,
      });
      return { contentType: answer.headers['content-type'] ?? '', body: answer.body };
    } catch (error) {
      if (signal.aborted) throw new InvokeError(endpoint, 'DeadlineExceeded', 0, `not within ${ms} ms`);
      throw invokeError(endpoint, error);
    }
  }
}

// What the errors of the client say is all that there is to know of them, so they are not kept as causes, whole as they are.
function invokeError(endpoint: string, error: unknown): unknown {
  if (error instanceof AwsError) {
    return new InvokeError(endpoint, error.name, error.status, error.message, original(error));
  }
  if (error instanceof NoAnswerError) return new InvokeError(endpoint, 'ConnectionLost', 0, error.message);
  if (error instanceof RangeError) return new InvokeError(endpoint, 'AnswerTooLong', 0, error.message);
  return error;
}

/** What a ModelError quotes of the container; undefined when that is too long to be read. */
function original({ name, body }: AwsError) {
  if (name !== 'ModelError') return undefined;
  try {
    const { OriginalStatusCode, OriginalMessage } = Object(JSON.parse(Buffer.from(body).toString()));
    if (!Number.isInteger(OriginalStatusCode)) return undefined;
    return {
      status: OriginalStatusCode as number,
      message: typeof OriginalMessage === 'string' ? OriginalMessage : '',
    };
  } catch {
    return undefined;
  }
}
