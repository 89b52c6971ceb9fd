import type { Principal } from '../iam/principal.ts';
import type { Keys } from '../kms/keys.ts';
import type { LogSink } from '../logs/log-sink.ts';
import type { QueueAccess } from '../sqs/messages-of.ts';
import type { Topics } from './topics.ts';

/** What all of SNS works on. */
export interface SnsState {
  readonly region: string;
  readonly account: string;
  readonly topics: Topics;
  readonly keys: Keys;
  /** Takes the mail. */
  readonly logs: LogSink;
  /** The queue with this ARN as a principal sees it. Throws when there is none. */
  readonly queueOf: (principal: Principal, queueArn: string) => QueueAccess;
  /** Hears of messages that could not be delivered. */
  readonly log: (line: string) => void;
  readonly now: () => Date;
}
