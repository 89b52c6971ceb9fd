import type { Keys } from '../kms/keys.ts';
import type { Arrivals } from './message/arrivals.ts';
import type { MoveTask } from './operation/move-task.ts';
import type { Queues } from './queue/queues.ts';
import type { MessageTable } from './store/message-table.ts';

/** What the operations share. */
export interface SqsState {
  readonly region: string;
  readonly account: string;
  readonly keys: Keys;
  readonly queues: Queues;
  readonly messages: MessageTable;
  readonly arrivals: Arrivals;
  /** The last of each queue, in epoch milliseconds, by name. */
  readonly purges: Map<string, number>;
  readonly moveTasks: MoveTask[];
  readonly urlOf: (queueName: string) => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
