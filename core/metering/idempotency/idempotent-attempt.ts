import type { ApiResponse } from '../../api/api-response.ts';
import { UnavailableError } from '../../api/maas-error.ts';
import type { AnsweredRepeats } from './answered-repeats.ts';
import type { IdempotencyRecord, StoredAnswer } from './idempotency-record.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';

/** A write costs by the kilobyte and an item has 400 at most; a larger answer is worked out again instead. */
const answerBytesMax = 65_536;

interface Dependencies {
  readonly records: Pick<IdempotencyRecords, 'replace'>;
  readonly repeats: Pick<AnsweredRepeats, 'note'>;
}

/** One request's hold on its `Idempotency-Key`. */
export class IdempotentAttempt {
  readonly #with: Dependencies;
  readonly #tenant: string;
  readonly #record: IdempotencyRecord;
  readonly #earlier: IdempotencyRecord | undefined;
  #succeeded = false;

  /** @param earlier what an earlier request with the key left */
  constructor(
    dependencies: Dependencies,
    tenant: string,
    record: IdempotencyRecord,
    earlier: IdempotencyRecord | undefined,
  ) {
    this.#with = dependencies;
    this.#tenant = tenant;
    this.#record = record;
    this.#earlier = earlier;
  }

  /** The id of the usage event of all requests with the key. */
  get eventId(): string {
    return this.#record.eventId;
  }

  /** Whether an earlier request with the key may have been billed. */
  get repeats(): boolean {
    return this.#earlier !== undefined;
  }

  /** What the first request was answered, when that was kept. Nothing is left to do then. */
  get answer(): ApiResponse | undefined {
    const answer = this.#earlier?.answer;
    if (answer === undefined) return undefined;
    const { headers, body, base64 } = answer;
    return { status: 200, headers, body: base64 ? Buffer.from(body, 'base64') : body };
  }

  /**
   * Notes that the answer is about to leave with a repeat, so that its event stays. To be called for each answer of an earlier request.
   *
   * @throws UnavailableError when that is not certain: the event would be voided after a day, although the client has its answer
   */
  async answerRepeat(): Promise<void> {
    if (!this.repeats) return;
    try {
      await this.#with.repeats.note(this.#tenant, this.eventId);
    } catch (cause) {
      throw new UnavailableError(
        'the repeat could not be noted, so its answer is withheld; try again with the same Idempotency-Key',
        { cause },
      );
    }
  }

  /**
   * Keeps the answer of a success that is in the journal, for repeats, and then does as `answerRepeat`: last, since a process that dies behind
   * that note leaves an event that is billed, whether or not its answer left. That the answer could not be kept is no failure of the request:
   * a repeat then runs the model again when the lease has ended, under the same event id.
   *
   * @throws UnavailableError as `answerRepeat` does
   */
  async succeed({ headers, body }: ApiResponse): Promise<void> {
    const base64 = typeof body !== 'string';
    const text = base64 ? Buffer.from(body).toString('base64') : body;
    const answer: StoredAnswer | undefined =
      Buffer.byteLength(text) > answerBytesMax ? undefined : { headers, body: text, base64 };
    await this.#end({ finished: true, ...(answer === undefined ? {} : { answer }) });
    this.#succeeded = true;
    await this.answerRepeat();
  }

  /**
   * Gives the key free for a repeat at once. It keeps the event id: whether an append that failed has stored it is not known. An answer that is
   * kept already stays, for the next repeat.
   */
  async fail(): Promise<void> {
    if (this.#succeeded) return;
    await this.#end({});
  }

  async #end(outcome: Partial<IdempotencyRecord>): Promise<void> {
    const ended = { ...this.#record, leaseUntil: 0, ...outcome };
    // The lease ends by itself, and everything that matters for the bill is in the journal.
    await this.#with.records.replace(ended, this.#record.attempt).catch(() => undefined);
  }
}
