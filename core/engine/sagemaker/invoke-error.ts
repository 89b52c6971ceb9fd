/** Characters. */
const whyMax = 1000;

/** What the container itself said, behind a `ModelError`. */
interface Original {
  /** HTTP status; 0 when SageMaker got no answer from it. */
  readonly status: number;
  /** The body of its answer. */
  readonly message: string;
}

/**
 * An endpoint that was called gave no success. Named by SageMaker's code (`ModelError`, `ServiceUnavailable`, …), or by what kept an answer
 * from coming: `DeadlineExceeded`, `ConnectionLost`, `AnswerTooLong`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors
 */
export class InvokeError extends Error {
  override readonly name: string;
  /** HTTP status of SageMaker's answer; 0 when there was none. */
  readonly status: number;
  /** Of the container; undefined when it is not known what it said. */
  readonly originalStatus: number | undefined;
  // Private, since a logger writes every property of an error, and the message has the words already.
  readonly #originalMessage: string | undefined;

  /** @param why for the log, of which it may take only so much: a container can say what it likes */
  constructor(endpoint: string, name: string, status: number, why: string, original?: Original) {
    super(`no success of the SageMaker endpoint ${endpoint}: ${why.slice(0, whyMax)}`);
    this.name = name;
    this.status = status;
    this.originalStatus = original?.status;
    this.#originalMessage = original?.message;
  }

  /** The body that the container answered with, not fit for a tenant as it is. */
  get originalMessage(): string | undefined {
    return this.#originalMessage;
  }
}
