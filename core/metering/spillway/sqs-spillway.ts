import type { SqsQueue } from '../../aws/sqs-queue.ts';
import type { ShardCount } from '../journal-shards.ts';
import type { UsageEvent } from '../usage-event.ts';
import type { SpilledEvent } from './spilled-event.ts';
import type { Spillway } from './spillway.ts';

/** A queue, fair among tenants: the backlog of one does not hold up the others. */
export class SqsSpillway implements Spillway {
  readonly #queue: Pick<SqsQueue, 'send'>;

  constructor(queue: Pick<SqsQueue, 'send'>) {
    this.#queue = queue;
  }

  async put(event: UsageEvent, shards: ShardCount): Promise<void> {
    const spilled: SpilledEvent = { shards, event };
    await this.#queue.send(JSON.stringify(spilled), event.subject);
  }
}
