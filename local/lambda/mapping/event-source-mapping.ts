import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../../endpoint/aws-call.ts';
import { describeFailure } from '../../endpoint/describe-failure.ts';
import type { QueueAccess } from '../../sqs/messages-of.ts';
import type { FunctionPool } from '../function-pool.ts';
import { collectBatch } from './collect-batch.ts';
import { failedMessages } from './failed-messages.ts';
import type { MappingDefinition } from './mapping-definition.ts';
import { type SqsEvent, sqsEvents } from './sqs-events.ts';

/** After an error of the queue, and after a throttle, which costs the messages one of their receives. */
const pauseMs = 1000;
/** As many as one call deletes. */
const deletedMax = 10;

/**
 * Takes batches from a queue to a function. A message is deleted once the function has succeeded with it, and not before: whatever
 * happens in between, the end of this process too, it becomes visible again when its visibility timeout is over.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class EventSourceMapping {
  readonly #definition: MappingDefinition;
  readonly #pool: FunctionPool;
  readonly #queue: QueueAccess;
  readonly #report: (line: string) => void;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(definition: MappingDefinition, pool: FunctionPool, queue: QueueAccess, report: (line: string) => void) {
    this.#definition = definition;
    this.#pool = pool;
    this.#queue = queue;
    this.#report = report;
  }

  begin(): void {
    void this.#poll();
  }

  /** Takes no more batches. @returns when those under way are done */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#underWay);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#underWay.size >= this.#definition.concurrencyMax) {
        await Promise.race(this.#underWay);
        continue;
      }
      try {
        const batch = await collectBatch(this.#queue, this.#definition, signal);
        if (batch.length === 0 || signal.aborted) continue;
        const handled = this.#handle(sqsEvents(batch, this.#definition)).finally(() => this.#underWay.delete(handled));
        this.#underWay.add(handled);
      } catch (error) {
        this.#failed('receive', error);
        await this.#pause();
      }
    }
  }

  async #handle(events: readonly SqsEvent[]): Promise<void> {
    for (const event of events) {
      try {
        await this.#settle(event);
      } catch (error) {
        this.#failed('hand on', error);
        await this.#pause();
      }
    }
  }

  async #settle({ messages, payload }: SqsEvent): Promise<void> {
    const answer = await this.#pool.invoke(payload, this.#pool.config.arn);
    const ids = new Set(messages.map(({ MessageId }) => MessageId));
    const failed =
      answer.functionError !== undefined
        ? ids
        : this.#definition.reportsItemFailures
          ? failedMessages(answer.payload, ids)
          : new Set<string>();
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId)).map(({ ReceiptHandle }) => ReceiptHandle);
    for (let from = 0; from < done.length; from += deletedMax) {
      await this.#queue.delete(done.slice(from, from + deletedMax));
    }
  }

  #failed(what: string, error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const reason = error instanceof AwsError ? `${error.code}: ${error.message}` : describeFailure(error);
    this.#report(`${this.#definition.arn} could not ${what} messages of ${this.#definition.queueArn}: ${reason}`);
  }

  async #pause(): Promise<void> {
    await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
