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

/** What a rollup is to say, whatever it says now. */
export interface HourSource {
  readonly fold: () => Promise<FoldedHour>;
  /** The greatest that is known there; 0 for none. */
  readonly version: number;
  /** A rollup below this version is made again also where it says the same: it does not follow what was told before it was lost. */
  readonly least: number;
}

const triesMax = 5;

/**
 * Brings an hour's rollup up to the journal. May be done at any time and as often as wanted, also by several at once: an hour whose
 * journal has not changed keeps its version.
 *
 * @param open whether the hour is still open; what is closed already stays so
 * @param source of all that there is; default: the journal, which may have it no more
 */
export async function closeHour(
  { journal, rollups, now }: CloseDependencies,
  owner: JournalOwner,
  hour: string,
  open: boolean,
  source?: HourSource,
): Promise<ClosedHour> {
  const { tenant } = owner;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const before = await rollups.head(tenant, hour);
    const folded = await (source?.fold() ?? foldHour(journal, owner, hour));
    // The journal only grows, but for what leaves it: what is left says less than the rollup.
    if (source === undefined && before !== undefined && folded.records < before.records) {
      return { hour, before, after: before };
    }
    if (before === undefined && folded.records === 0) return { hour, before, after: undefined };
    // It was archived, and its rollup was lost: what is left of it would be taken for all.
    const isPart = folded.leaving && hourStart(hour) < journalBegins(now());
    if (source === undefined && before === undefined && isPart) return { hour, before, after: undefined };
    const stillOpen = open && (before === undefined || before.open === true);
    const isGood = before !== undefined && saysTheSame(before, folded) && before.version >= (source?.least ?? 0);
    if (isGood && (before.open === true) === stillOpen) {
      return { hour, before, after: before };
    }
    const version = await rollups.set(tenant, hour, folded, {
      before,
      at: now(),
      open: stillOpen,
      ...(source === undefined ? {} : { known: source.version }),
    });
    if (version !== undefined) return { hour, before, after: { version, events: folded.events } };
  }
  throw new Error(
    `the rollup of ${tenant} for ${hour} was changed ${triesMax} times by others while it was being made`,
  );
}
