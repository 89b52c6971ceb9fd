import type { Principal } from '../../iam/principal.ts';
import type { SqsState } from '../sqs-state.ts';

/** Who calls an operation. */
export interface Caller {
  readonly principal: Principal;
  /** Ends the waiting of a long poll, which takes nothing then. */
  readonly signal?: AbortSignal;
}

/**
 * One action of SQS: reads its own input, asks the policies, returns the output as JSON has it.
 * @throws AwsError
 */
export type Operation<Output extends object = object> = (
  state: SqsState,
  caller: Caller,
  input: unknown,
) => Output | Promise<Output>;
