import type { SqsQueue } from '../../aws/sqs-queue.ts';
import type { UsageEvent } from '../usage-event.ts';
import type { Spillway } from './spillway.ts';

/** A queue, fair among tenants: the backlog of one does not hold up the others. */
export class SqsSpillway implements Spillway {
  readonly #queue: Pick<SqsQueue, 'send'>;

  constructor(queue: Pick<SqsQueue, 'send'>) {
    this.#queue = queue;
  }

  async put(event: UsageEvent): Promise<void> {
    await this.#queue.send(JSON.stringify(event), event.subject);
  }
}
