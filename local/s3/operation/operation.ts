import type { S3Answer } from '../request/s3-answer.ts';
import type { S3Call } from '../request/s3-call.ts';
import type { S3State } from '../s3-state.ts';

/** One operation of S3's API. */
export interface Operation {
  /** Query parameters that it understands. Any other is refused, since ignoring one may be to do something else than was asked. */
  readonly parameters: readonly string[];
  /** @throws AwsError for what S3 refuses */
  run(state: S3State, call: S3Call): S3Answer | Promise<S3Answer>;
}
