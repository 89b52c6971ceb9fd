import { journalBegins } from '../journal-days.ts';
import type { JournalReader } from '../journal-reader.ts';
import type { JournalOwner } from '../journal-shards.ts';
import { hourStart } from '../usage-hour.ts';
import { foldHour } from './fold-hour.ts';
import type { FoldedHour } from './hour-fold.ts';
import type { RollupHead, RollupStore } from './rollup-store.ts';
import { saysTheSame } from './says-the-same.ts';

/** What closing takes. */
export interface CloseDependencies {
  readonly journal: Pick<JournalReader, 'recorded' | 'lateHours'>;
  readonly rollups: Pick<RollupStore, 'head' | 'set' | 'progress' | 'advance'>;
  readonly now: () => Date;
}

/** What became of an hour's rollup. */
export interface ClosedHour {
  readonly hour: string;
  readonly before: Pick<RollupHead, 'version' | 'events'> | undefined;
  /** Equal to `before` when the journal still says the same. Undefined for an hour of which it has nothing. */
  readonly after: Pick<RollupHead, 'version' | 'events'> | undefined;
}

const triesMax = 5;

/**
 * Brings an hour's rollup up to the journal. May be done at any time and as often as wanted, also by several at once: an hour whose
 * journal has not changed keeps its version.
 *
 * @param open whether the hour is still open; what is closed already stays so
 * @param ledger reads the hour from the ledger instead, which knows all of it when its events have left the journal
 */
export async function closeHour(
  { journal, rollups, now }: CloseDependencies,
  owner: JournalOwner,
  hour: string,
  open: boolean,
  ledger?: () => Promise<FoldedHour>,
): Promise<ClosedHour> {
  const { tenant } = owner;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const before = await rollups.head(tenant, hour);
    const folded = await (ledger?.() ?? foldHour(journal, owner, hour));
    const hasLeft = ledger === undefined && hourStart(hour) < journalBegins(now());
    // What is left in the journal of such an hour says less than its rollup.
    if (hasLeft && before !== undefined && folded.records < before.records) return { hour, before, after: before };
    if (before === undefined && folded.records === 0) return { hour, before, after: undefined };
    const stillOpen = open && (before === undefined || before.open === true);
    if (before !== undefined && saysTheSame(before, folded) && (before.open === true) === stillOpen) {
      return { hour, before, after: before };
    }
    const version = await rollups.set(tenant, hour, folded, { before, at: now(), open: stillOpen });
    if (version !== undefined) return { hour, before, after: { version, events: folded.events } };
  }
  throw new Error(
    `the rollup of ${tenant} for ${hour} was changed ${triesMax} times by others while it was being made`,
  );
}
