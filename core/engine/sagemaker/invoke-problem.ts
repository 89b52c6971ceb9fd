import { InvalidInputError, MaasError, TooLargeError, UnavailableError } from '../../api/maas-error.ts';
import { tooLate } from '../../inference/too-late.ts';
import { callersFault } from '../callers-fault.ts';
import { InvokeError } from './invoke-error.ts';
import { modelWords } from './model-words.ts';

/**
 * What Triton says, with status 400 as likely as with 503, about a model that it has not loaded: the caller of a valid request has done
 * nothing wrong.
 */
const notLoaded = /unknown model|not (?:at )?ready|not loaded|failed to load|no available versions|unload/i;

/**
 * How Triton begins what ONNX Runtime says of a failed run. In SageMaker it answers that with 400 whatever the cause, and the words name
 * nodes of the model.
 *
 * @see https://github.com/triton-inference-server/onnxruntime_backend/blob/main/src/onnx_utils.h
 */
const failedRun = /onnx runtime error/i;

/** What SageMaker says, as a ValidationError, of an endpoint that was scaled to zero. The call has set off what starts it again. */
const scaledToZero = /has no capacity to process this request/;

/** How long, in seconds, until a shortage may have passed: of a moment, of a model's loading, of what an operator has to mend, of a machine's start. */
const seconds = { moment: 1, loading: 5, mending: 30, starting: 60 };

/**
 * The error for the tenant when a model's endpoint gave no answer: the model's own status and words where it refused the input, else
 * nothing but when to try again. The cause is kept for the log, which a 5xx gets.
 */
export function invokeProblem(model: string, error: unknown): unknown {
  if (!(error instanceof InvokeError)) return error;
  const unavailable = (retryAfterSeconds: number): UnavailableError =>
    new UnavailableError(`the endpoint of model '${model}' cannot answer now; not billed. Try again`, {
      retryAfterSeconds,
      cause: error,
    });
  switch (error.name) {
    case 'DeadlineExceeded':
      return tooLate(error);
    case 'AnswerTooLong':
      return new TooLargeError(
        `the answer of model '${model}' is larger than an endpoint may give; not billed. Send fewer rows a call, or name only the outputs that you need`,
        { cause: error },
      );
    case 'ModelError':
      return refusal(model, error) ?? unavailable(seconds.loading);
    case 'ModelNotReadyException':
      return tooMany(`model '${model}' is being loaded`, seconds.loading, error);
    case 'ValidationError':
      if (scaledToZero.test(error.message)) {
        return tooMany(`model '${model}' is being started, which takes some minutes`, seconds.starting, error);
      }
      // The endpoint does not exist, or its archive: the operator's to mend, as a permission that lacks.
      return unavailable(seconds.mending);
    case 'AccessDeniedException':
      return unavailable(seconds.mending);
    default:
      if (error.status === 429 || error.name === 'ThrottlingException') {
        return tooMany(`the endpoint of model '${model}' has more calls than it takes`, seconds.moment, error);
      }
      return unavailable(seconds.moment);
  }
}

/** The model's own 4xx; undefined when the fault is not the input's. */
function refusal(model: string, error: InvokeError): MaasError | undefined {
  const { originalStatus: status = 0, originalMessage = '' } = error;
  if (status < 400 || status > 499 || notLoaded.test(originalMessage)) return undefined;
  if (failedRun.test(originalMessage)) {
    const fault = callersFault(originalMessage);
    return fault === undefined
      ? new MaasError('model-failed', 500, `model '${model}' failed; not billed`, { cause: error })
      : new InvalidInputError(`model '${model}' refuses the input: ${fault}`, { cause: error });
  }
  const words = modelWords(originalMessage);
  if (status === 400) return new InvalidInputError(`model '${model}' refuses the input: ${words}`, { cause: error });
  if (status === 429) return tooMany(`model '${model}' is busy: ${words}`, seconds.moment, error);
  return new MaasError('model-refused', status, `model '${model}' refuses the input: ${words}`, { cause: error });
}

const tooMany = (what: string, retryAfterSeconds: number, cause: Error): MaasError =>
  new MaasError('too-many-requests', 429, `${what}; not billed. Try again`, { retryAfterSeconds, cause });
