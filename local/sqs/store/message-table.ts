import { randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { MessageAttributes } from '../message/message-attributes.ts';
import type { Queue } from '../queue/queue.ts';
import type { NewMessage, ReceivedMessage } from './stored-message.ts';

/** How many messages of a queue are in which state. */
export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** One receive of one message. */
export interface Receipt {
  readonly sequence: number;
  readonly receipt: string;
}

/** The messages on disk. Synchronous: nothing else sees a queue in the middle of a change. */
export class MessageTable {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof statementsOf>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = statementsOf(database);
  }

  /** When the queue came to be: the first start that declared it. Epoch milliseconds. */
  queueCreatedAtMs(name: string, nowMs: number): number {
    this.#statements.addQueue.run(name, nowMs);
    return Number(this.#statements.queueCreated.get(name)?.['created_at_ms']);
  }

  /** On the disk when it returns: all of them, or none. */
  add(queue: string, messages: readonly NewMessage[]): void {
    this.#atomically(() => {
      for (const { id, body, attributes, senderId, groupId, traceHeader, sentAtMs, visibleAtMs } of messages) {
        const content = [id, body, JSON.stringify(attributes), senderId, groupId ?? null, traceHeader ?? null] as const;
        this.#statements.add.run(queue, ...content, sentAtMs, visibleAtMs);
      }
    });
  }

  /**
   * Hands out visible messages, the oldest first. Those that are too old are deleted, those that were received too often are moved.
   * @returns with `moved`, how many went to the dead-letter queue
   */
  take(queue: Queue, max: number, visibilityMs: number, nowMs: number): { taken: ReceivedMessage[]; moved: number } {
    const { name, arn, redrive, retentionSeconds } = queue;
    return this.#atomically(() => {
      this.#statements.expire.run(name, nowMs - retentionSeconds * 1000);
      const deadLetterQueue = redrive?.deadLetterTargetArn.split(':').at(-1) ?? '';
      const moved = redrive
        ? Number(this.#statements.bury.run(deadLetterQueue, arn, nowMs, name, redrive.maxReceiveCount, nowMs).changes)
        : 0;
      const taken = this.#statements.visible.all(name, nowMs, max).map(({ sequence }) => {
        const row = this.#statements.take.get(nowMs + visibilityMs, nowMs, nowMs, randomUUID(), Number(sequence));
        return messageOf(row ?? {});
      });
      return { taken, moved };
    });
  }

  /** When the next message becomes visible that is not yet; epoch milliseconds. */
  nextVisibleAtMs(queue: string, nowMs: number): number | undefined {
    const next = this.#statements.next.get(queue, nowMs)?.['next'];
    return typeof next === 'number' ? next : undefined;
  }

  /** Deletes what these receipts were the latest of; the others are left alone, as SQS does. */
  delete(queue: string, receipts: readonly Receipt[]): void {
    this.#atomically(() => {
      for (const { sequence, receipt } of receipts) this.#statements.delete.run(sequence, queue, receipt);
    });
  }

  /** When the message of this receipt was received and when it becomes visible; undefined when the receipt is not its latest. */
  flight(queue: string, { sequence, receipt }: Receipt): { receivedAtMs: number; visibleAtMs: number } | undefined {
    const row = this.#statements.flight.get(sequence, queue, receipt);
    return row && { receivedAtMs: Number(row['received_at_ms']), visibleAtMs: Number(row['visible_at_ms']) };
  }

  show(sequence: number, visibleAtMs: number): void {
    this.#statements.show.run(visibleAtMs, sequence);
  }

  counts({ name, retentionSeconds }: Queue, nowMs: number): MessageCounts {
    this.#statements.expire.run(name, nowMs - retentionSeconds * 1000);
    const visible = this.#statements.countVisible.get(name, nowMs)?.['visible'];
    const { hidden, in_flight } = this.#statements.countHidden.get(name, nowMs) ?? {};
    return { visible: Number(visible), inFlight: Number(in_flight), delayed: Number(hidden) - Number(in_flight) };
  }

  purge(queue: string): void {
    this.#statements.purge.run(queue);
  }

  /**
   * Moves what is visible in a dead-letter queue back, as new messages: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
   * @param to name of the destination by the ARN of the queue that a message came from; undefined leaves the message where it is
   */
  moveBack(queue: string, nowMs: number, to: (sourceArn: string | undefined) => string | undefined): number {
    return this.#atomically(() => {
      let moved = 0;
      for (const { sequence, source_arn } of this.#statements.buried.all(queue, nowMs)) {
        const destination = to(typeof source_arn === 'string' ? source_arn : undefined);
        if (destination === undefined) continue;
        this.#statements.moveBack.run(destination, randomUUID(), nowMs, nowMs, Number(sequence));
        moved++;
      }
      return moved;
    });
  }

  close(): void {
    this.#database.close();
  }

  #atomically<Result>(change: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

const statementsOf = (database: DatabaseSync) => ({
  addQueue: database.prepare('INSERT OR IGNORE INTO queues VALUES (?, ?)'),
  queueCreated: database.prepare('SELECT created_at_ms FROM queues WHERE name = ?'),
  add: database.prepare(
    `INSERT INTO messages (queue, id, body, attributes, sender_id, group_id, trace_header, sent_at_ms, visible_at_ms,
       receive_count, receive_count_here) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)`,
  ),
  expire: database.prepare('DELETE FROM messages WHERE queue = ? AND sent_at_ms <= ?'),
  bury: database.prepare(
    `UPDATE messages SET queue = ?, source_arn = ?, visible_at_ms = ?, receive_count_here = 0, receipt = NULL
     WHERE queue = ? AND receive_count_here > 0 AND receive_count_here >= ? AND visible_at_ms <= ?`,
  ),
  visible: database.prepare(
    'SELECT sequence FROM messages WHERE queue = ? AND visible_at_ms <= ? ORDER BY visible_at_ms, sequence LIMIT ?',
  ),
  take: database.prepare(
    `UPDATE messages SET visible_at_ms = ?, received_at_ms = ?, first_received_at_ms = COALESCE(first_received_at_ms, ?),
       receive_count = receive_count + 1, receive_count_here = receive_count_here + 1, receipt = ?
     WHERE sequence = ? RETURNING *`,
  ),
  next: database.prepare('SELECT MIN(visible_at_ms) AS next FROM messages WHERE queue = ? AND visible_at_ms > ?'),
  delete: database.prepare('DELETE FROM messages WHERE sequence = ? AND queue = ? AND receipt = ?'),
  flight: database.prepare(
    'SELECT received_at_ms, visible_at_ms FROM messages WHERE sequence = ? AND queue = ? AND receipt = ?',
  ),
  show: database.prepare('UPDATE messages SET visible_at_ms = ? WHERE sequence = ?'),
  countVisible: database.prepare('SELECT COUNT(*) AS visible FROM messages WHERE queue = ? AND visible_at_ms <= ?'),
  countHidden: database.prepare(
    'SELECT COUNT(*) AS hidden, COUNT(receipt) AS in_flight FROM messages WHERE queue = ? AND visible_at_ms > ?',
  ),
  purge: database.prepare('DELETE FROM messages WHERE queue = ?'),
  buried: database.prepare(
    'SELECT sequence, source_arn FROM messages WHERE queue = ? AND visible_at_ms <= ? ORDER BY sequence',
  ),
  moveBack: database.prepare(
    `UPDATE messages SET queue = ?, id = ?, sent_at_ms = ?, visible_at_ms = ?, source_arn = NULL, received_at_ms = NULL,
       first_received_at_ms = NULL, receive_count = 0, receive_count_here = 0, receipt = NULL WHERE sequence = ?`,
  ),
});

const textOf = (value: SQLOutputValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const messageOf = (row: Record<string, SQLOutputValue>): ReceivedMessage => ({
  sequence: Number(row['sequence']),
  id: String(row['id']),
  body: String(row['body']),
  attributes: JSON.parse(String(row['attributes'])) as MessageAttributes,
  senderId: String(row['sender_id']),
  groupId: textOf(row['group_id']),
  traceHeader: textOf(row['trace_header']),
  sourceArn: textOf(row['source_arn']),
  sentAtMs: Number(row['sent_at_ms']),
  visibleAtMs: Number(row['visible_at_ms']),
  firstReceivedAtMs: Number(row['first_received_at_ms']),
  receiveCount: Number(row['receive_count']),
  receipt: String(row['receipt']),
});
