import { AwsError } from '../../endpoint/aws-call.ts';

/** An error with more to say than its message. */
export class RuntimeError extends AwsError {
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(code: string, status: number, message: string, fields: Readonly<Record<string, string | number>> = {}) {
    super(code, status, message);
    this.fields = fields;
  }
}

/**
 * The errors of the runtime API, `ModelError` apart.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors
 */
export const runtimeErrors = {
  validation: (message: string): RuntimeError => new RuntimeError('ValidationError', 400, message),
  modelNotReady: (target: string): RuntimeError =>
    new RuntimeError('ModelNotReadyException', 429, `Model ${target} is not ready for inference. Try again later.`),
  unavailable: (message: string): RuntimeError => new RuntimeError('ServiceUnavailable', 503, message),
} as const;
