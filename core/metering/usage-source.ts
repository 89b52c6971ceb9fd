import { TooLargeError } from '../api/maas-error.ts';
import type { DynamoDBRollups } from './dynamodb-rollups.ts';
import { eventTime } from './event-time.ts';
import { journalPartitions } from './journal-partitions.ts';
import type { JournalReader } from './journal-reader.ts';
import type { JournalOwner } from './journal-shards.ts';
import type { RollupRow } from './rollup.ts';
import type { UsageUnits } from './usage-event.ts';
import { hourMs, hourStart } from './usage-hour.ts';
import type { UsageRange } from './usage-range.ts';

/** Something used at a moment. */
export interface UsedUnits {
  readonly model: string;
  readonly keyId: string;
  readonly units: UsageUnits;
}

interface Dependencies {
  readonly journal: Pick<JournalReader, 'counted' | 'lateHours'>;
  readonly rollups: Pick<DynamoDBRollups, 'progress' | 'rollups'>;
  readonly now: () => Date;
}

/** Whose usage is asked for, and since when there can be any. */
export interface UsageOwner extends JournalOwner {
  readonly createdAt: string;
}

/** Queries under way at once; the SDK's 50 sockets are not used up. */
const concurrentQueries = 16;
/** Time to leave for rendering the answer. */
const reserveMs = 1500;
/** How far the clock of the function that minted an id may be ahead of ours. */
const clockSkewMs = 60_000;

/**
 * What a tenant used: closed hours from their rollups, all else from the journal, so that the answer is what the bill will be made of and
 * still has every request that was answered. An hour that something came to after it was closed is read from the journal until its
 * rollup has it.
 */
export class UsageSource {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * Hands over everything used in the half-open interval, in no order.
   *
   * @param fine whether each moment is wanted to the millisecond; else closed hours come summed up, under their first moment
   * @param remainingMs milliseconds left until the platform kills the call
   * @throws TooLargeError when the interval takes longer to read than there is time left
   */
  async read(
    owner: UsageOwner,
    range: UsageRange,
    fine: boolean,
    remainingMs: () => number,
    take: (at: Date, used: RollupRow) => void,
  ): Promise<void> {
    const from = new Date(Math.max(range.from.getTime(), Date.parse(owner.createdAt) - clockSkewMs));
    const to = new Date(Math.min(range.to.getTime(), this.#with.now().getTime() + clockSkewMs));
    const inTime = (): void => {
      if (remainingMs() < reserveMs) throw tooMany(range);
    };
    const open = fine ? [{ from, to }] : await this.#readClosed(owner.tenant, { from, to }, inTime, take);
    await this.#readJournal(owner, open, inTime, take);
  }

  /** Reads what is closed and hands back the intervals that are not. */
  async #readClosed(
    tenant: string,
    { from, to }: UsageRange,
    inTime: () => void,
    take: (at: Date, used: RollupRow) => void,
  ): Promise<UsageRange[]> {
    const { journal, rollups } = this.#with;
    const { closedTo, lateSeenTo } = await rollups.progress(tenant);
    const first = new Date(Math.ceil(from.getTime() / hourMs) * hourMs);
    const closed = closedTo === undefined ? 0 : hourStart(closedTo).getTime();
    const last = new Date(Math.min(closed, Math.floor(to.getTime() / hourMs) * hourMs));
    if (first >= last) return [{ from, to }];
    // Before the rollups: an hour that is brought up to date in between is then read from the journal, and nothing missed or doubled.
    const late = await journal.lateHours(tenant, new Date(lateSeenTo ?? 0));
    for await (const { hour, rows } of rollups.rollups(tenant, first, last)) {
      inTime();
      if (late.has(hour)) continue;
      for (const row of rows) take(hourStart(hour), row);
    }
    const again = [...late]
      .map(hourStart)
      .filter((hour) => hour >= first && hour < last)
      .map((hour) => ({ from: hour, to: new Date(hour.getTime() + hourMs) }));
    return [{ from, to: first }, { from: last, to }, ...again];
  }

  async #readJournal(
    owner: JournalOwner,
    ranges: readonly UsageRange[],
    inTime: () => void,
    take: (at: Date, used: RollupRow) => void,
  ): Promise<void> {
    const { journal } = this.#with;
    const parts = partsOf(owner, ranges);
    const work = async (): Promise<void> => {
      // The workers share one generator; when one throws, its loop closes it and the others stop at their next turn.
      for (const { partition, from, to } of parts) {
        for await (const page of journal.counted(partition, from, to)) {
          for (const { id, data } of page) take(eventTime(id), data);
          inTime();
        }
      }
    };
    await Promise.all(Array.from({ length: concurrentQueries }, work));
  }
}

function* partsOf(
  owner: JournalOwner,
  ranges: readonly UsageRange[],
): Generator<UsageRange & { readonly partition: string }, void> {
  for (const { from, to } of ranges) {
    for (const partition of journalPartitions(owner, from, to)) yield { partition, from, to };
  }
}

const tooMany = ({ from, to }: UsageRange): TooLargeError =>
  new TooLargeError(
    `there is too much usage from ${from.toISOString()} to ${to.toISOString()} to add up in one request; ask for fewer days`,
  );
