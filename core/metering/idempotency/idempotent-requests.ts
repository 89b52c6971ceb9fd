import { createHash } from 'node:crypto';
import type { ApiRequest } from '../../api/api-request.ts';
import { ConflictError, MaasError, UnavailableError } from '../../api/maas-error.ts';
import type { AnsweredRepeats } from './answered-repeats.ts';
import { idempotencyKey } from './idempotency-key.ts';
import type { IdempotencyRecord } from './idempotency-record.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';
import { IdempotentAttempt } from './idempotent-attempt.ts';
import { keyKeptSeconds } from './key-kept-seconds.ts';
import { requestFingerprint } from './request-fingerprint.ts';

interface Dependencies {
  readonly records: Pick<IdempotencyRecords, 'find' | 'create' | 'replace'>;
  readonly repeats: Pick<AnsweredRepeats, 'note'>;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly now: () => Date;
}

/** Clocks of two functions may differ by this. */
const skewMs = 1000;
const triesMax = 3;

/**
 * Makes requests with an `Idempotency-Key` billed once, however often they are sent within 24 hours. The first gets an event id, which is
 * remembered before the model runs; a repeat gets the same id, and the journal takes an id once. The id cannot be computed from the key
 * alone, since its time decides the hour that the use counts in, and a repeat must meet the same hour.
 *
 * A key belongs to one tenant and one route.
 */
export class IdempotentRequests {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * Takes the request's key, or finds what became of its first request.
   *
   * @returns undefined for a request without the header, which costs nothing
   * @throws InvalidInputError for a header that is no key
   * @throws ConflictError while the first request is being worked on
   * @throws {MaasError} 422 for a key that came with another request
   * @throws UnavailableError when it cannot be told
   */
  async begin(request: ApiRequest): Promise<IdempotentAttempt | undefined> {
    const header = request.headers['idempotency-key'];
    if (header === undefined) return undefined;
    const key = idempotencyKey(header);
    try {
      return await this.#begin(request, key);
    } catch (cause) {
      if (cause instanceof MaasError) throw cause;
      throw new UnavailableError('the Idempotency-Key could not be looked up; not billed, try again', { cause });
    }
  }

  async #begin(request: ApiRequest, key: string): Promise<IdempotentAttempt> {
    const { records, newId, now } = this.#with;
    const { caller, route } = request;
    if (caller.kind !== 'tenant') throw new Error(`${route.id} takes an Idempotency-Key, and its caller is no tenant`);
    const at = now();
    const id = newId();
    const mine: IdempotencyRecord = {
      pk: `T#${caller.tenant}#${createHash('sha256').update(`${route.id}\n${key}`).digest('hex')}`,
      fingerprint: requestFingerprint(request),
      eventId: id,
      attempt: id,
      leaseUntil: at.getTime() + request.remainingMs() + skewMs,
      finished: false,
      expiresAt: Math.floor(at.getTime() / 1000) + keyKeptSeconds,
    };
    const attempt = (record: IdempotencyRecord, earlier?: IdempotencyRecord): IdempotentAttempt =>
      new IdempotentAttempt(this.#with, caller.tenant, record, earlier);
    /** What this request has tried to take the key over from. */
    let before: IdempotencyRecord | undefined;
    for (let tries = 0; tries < triesMax; tries += 1) {
      if (await records.create(mine, at)) return attempt(mine);
      const first = await records.find(mine.pk);
      // It has expired and vanished in between, or an answer to our own put was lost.
      if (first === undefined) continue;
      if (first.attempt === id) return attempt(first, before);
      if (first.fingerprint !== mine.fingerprint) throw reused();
      if (first.finished && first.answer !== undefined) return attempt(first, first);
      if (!first.finished && first.leaseUntil > now().getTime()) break;
      before = first;
      const { eventId, expiresAt } = first;
      const taken = { ...mine, eventId, expiresAt };
      if (await records.replace(taken, first.attempt)) return attempt(taken, first);
    }
    throw new ConflictError('a request with this Idempotency-Key is being worked on; repeat it when that has ended', {
      retryAfterSeconds: 1,
    });
  }
}

const reused = (): MaasError =>
  new MaasError(
    'idempotency-key-reused',
    422,
    'this Idempotency-Key came with another request in the last 24 hours; a key stands for one request, so send a new one',
  );
