import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import type { Principal } from '../iam/principal.ts';

/** The emulated AWS Lambda of one account and region. */
export interface Lambda {
  /** Signing name `lambda`: Invoke, with `lambda:InvokeFunction` enforced. */
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
  /**
   * Runs a function and waits for its answer, for callers inside the local cloud that have asked `permits` themselves.
   * What the handler throws, a crash or a time-out is an answer with `functionError`. Never logs the payload.
   * @param functionArn with or without a qualifier
   * @param payload the event as JSON; handed to the function byte for byte
   * @param tenantId for a function in tenant isolation mode, and for no other
   * @throws AwsError `ResourceNotFoundException` (404), `RequestTooLargeException` (413, above 6,291,456 bytes),
   *   `InvalidParameterValueException` (400, a tenant id is missing or may not be there) or `TooManyRequestsException` (429, beyond the
   *   reserved or the account's concurrency)
   */
  invoke(functionArn: string, payload: Buffer, tenantId?: string): Promise<Invocation>;
  /**
   * Takes an event that a function runs later, for a caller inside the local cloud.
   * @param payload JSON
   * @throws AwsError `AccessDeniedException` (403) when the principal may not invoke it, `ResourceNotFoundException` (404),
   *   `RequestTooLargeException` (413, above 1,048,576 bytes), `InvalidParameterValueException` (400) for a function in tenant isolation mode
   */
  enqueue(principal: Principal, functionArn: string, payload: Buffer): void;
  /** Whether the function's own policy (`AWS::Lambda::Permission`) lets a service invoke it from there. */
  permits(question: PermissionQuestion): boolean;
  /** Event source mappings take messages from now on: once all that their functions need is there. */
  beginPolling(): void;
  /** Event source mappings take no more messages. Waits up to five seconds for batches under way. */
  endPolling(): Promise<void>;
  /** Ends every instance, answers what still waits with an error, closes the Runtime API. */
  stop(): Promise<void>;
}

/** A function's answer. */
export interface Invocation {
  /** JSON: what the handler returned, or `{"errorType", "errorMessage", …}` when `functionError` is set. */
  readonly payload: Buffer;
  /** `Unhandled`, as the header `X-Amz-Function-Error` has it. */
  readonly functionError?: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html */
export interface PermissionQuestion {
  /** With or without a qualifier. */
  readonly functionArn: string;
  /** e.g. `apigateway.amazonaws.com` */
  readonly principal: string;
  /** e.g. `arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/GET/v2/models` */
  readonly sourceArn: string;
  readonly sourceAccount: string;
}
