import type { TenantCaller } from '../api/api-request.ts';
import { MaasError, UnavailableError } from '../api/maas-error.ts';
import type { JournalOwner } from '../metering/journal-shards.ts';
import type { RollupRow } from '../metering/rollup.ts';
import type { UsageEvent } from '../metering/usage-event.ts';
import type { Admission } from './admission.ts';
import type { CachedLimits } from './cached-limits.ts';
import type { Entry, Gate } from './gate.ts';
import { LimitExceededError } from './limit-exceeded.ts';
import { type LimitedUnits, type Limits, type LimitUnit, limitUnits, type UnitLimits } from './limits.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

interface Dependencies {
  readonly limits: Pick<CachedLimits, 'of'>;
  /** All are asked at once, and all must let a request in. */
  readonly gates: readonly Gate[];
  /** Whether the journal has an event. */
  readonly isRecorded: (owner: JournalOwner, eventId: string) => Promise<boolean>;
  /** Hears what went wrong after a request was let in, which is no reason to fail it. */
  readonly onLost: (cause: unknown) => void;
}

/** Time to leave for the answer. */
const reserveMs = 200;

const nothing = (): Promise<void> => Promise.resolve();
const unlimited: Admission = { headers: {}, settle: nothing, release: nothing };

/**
 * Lets requests in as far as the tenant's limits of ours go. Who has none passes without any reading or writing; a monthly quota, a
 * spend limit or a concurrency cap costs one conditional write before the model runs and one beside that of the journal, a rate mostly none.
 */
export class Limiter {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /** The limits of a tenant, mostly from memory. @throws UnavailableError when they cannot be read */
  limitsOf(caller: Pick<TenantCaller, 'tenant' | 'plan'>): Promise<Limits> {
    return this.#with.limits.of(caller).catch((cause: unknown) => {
      throw unchecked(cause);
    });
  }

  /**
   * @param use what the request will have used, as far as that is known; a unit of which it has none limits nothing
   * @param remainingMs how long the request can live
   * @param repeated the usage event that it shares with an earlier request, if it does: when that was recorded, neither a monthly quota nor
   *   the spend limit has anything to say, as nothing is billed
   * @throws LimitExceededError when a limit is reached
   * @throws TooLargeError for more at once than a rate lets through in a minute
   * @throws UnavailableError when DynamoDB does not answer: a limit that holds cannot be waived for that
   */
  async admit(
    owner: JournalOwner,
    limits: Limits,
    use: RollupRow,
    remainingMs: number,
    repeated?: string,
  ): Promise<Admission> {
    const applying = limitsOn(limits, use.units);
    if (Object.keys(applying).length === 0) return unlimited;
    const { gates, isRecorded, onLost } = this.#with;
    const endMs = performance.now() + remainingMs - reserveMs;
    const recorded =
      repeated !== undefined &&
      (applying.perMonth !== undefined || applying.spend !== undefined) &&
      (await before(endMs, isRecorded(owner, repeated)).catch((cause: unknown) => {
        throw unchecked(cause);
      }));
    const request = { ...owner, limits: applying, use, remainingMs, recorded };
    const outcomes = await Promise.allSettled(gates.map((gate) => before(endMs, gate.enter(request))));
    const entries = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? (outcome.value ?? []) : []));
    const each = async (end: (entry: Entry) => Promise<void>): Promise<void> => {
      await Promise.all(entries.map((entry) => before(endMs, end(entry)).catch(onLost)));
    };
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => {
      released ??= each((entry) => entry.release());
      return released;
    };
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    const refused = entries.find(({ refusal }) => refusal !== undefined)?.refusal;
    if (failed !== undefined || refused !== undefined) await release();
    if (failed !== undefined) throw failed.reason instanceof MaasError ? failed.reason : unchecked(failed.reason);
    const remainders = entries.flatMap((entry) => entry.remainders);
    if (refused !== undefined) throw new LimitExceededError(refused.message, refused.violated, remainders);
    return {
      headers: rateLimitHeaders(remainders),
      settle: (event: UsageEvent) => each((entry) => entry.settle(event)),
      release,
    };
  }
}

/** The limits that these units can reach. */
function limitsOn({ perMonth, perMinute, concurrent, spend }: Limits, units: LimitedUnits): Limits {
  const [month, minute] = [reachable(perMonth, units), reachable(perMinute, units)];
  return {
    ...(month === undefined ? {} : { perMonth: month }),
    ...(minute === undefined ? {} : { perMinute: minute }),
    ...(concurrent === undefined ? {} : { concurrent }),
    ...(spend === undefined ? {} : { spend }),
  };
}

function reachable(limits: UnitLimits = {}, units: LimitedUnits): UnitLimits | undefined {
  const reached: Partial<Record<LimitUnit, number>> = {};
  for (const unit of limitUnits) {
    const limit = limits[unit];
    if (limit !== undefined && units[unit] > 0) reached[unit] = limit;
  }
  return Object.keys(reached).length === 0 ? undefined : reached;
}

/** What is set aside and not ended in time ends by itself; an answer that comes too late is lost. */
async function before<T>(endMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const ms = Math.max(0, endMs - performance.now());
    timer = setTimeout(() => reject(new Error(`no answer within ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const unchecked = (cause: unknown): UnavailableError =>
  new UnavailableError('the limits of this account cannot be checked now; nothing was billed. Try again', { cause });
