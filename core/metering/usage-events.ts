import { addUnits } from './add-units.ts';
import { archivedEvent } from './archived-event.ts';
import type { RollupStore } from './close/rollup-store.ts';
import { eventIdPattern } from './event-id-pattern.ts';
import { eventTime } from './event-time.ts';
import { journalBegins } from './journal-days.ts';
import type { JournalReader } from './journal-reader.ts';
import type { JournalOwner } from './journal-shards.ts';
import type { LedgerEvents } from './ledger/ledger-events.ts';
import { unknownEvent } from './unknown-event.ts';
import type { UsageAdjusted } from './usage-adjusted.ts';
import type { UsageEvent, UsageUnits } from './usage-event.ts';
import { usageHour } from './usage-hour.ts';

interface Dependencies {
  readonly reader: Pick<JournalReader, 'find' | 'lateHours'>;
  readonly rollups: Pick<RollupStore, 'progress' | 'head'>;
  /** Where to look for what has left the journal; absent for who may not read the ledger. */
  readonly ledger?: Pick<LedgerEvents, 'find'> | undefined;
  readonly now: () => Date;
}

/** One change of what an event counts for. */
export interface Adjustment {
  readonly id: string;
  readonly time: string;
  /** Differences. */
  readonly units: UsageUnits;
  readonly reason: string;
  readonly actor: string;
}

/** What has become of a usage event. */
export interface UsageEventState {
  readonly id: string;
  /** `received`: in the journal, its hour not yet closed, or to be looked at again; `counted`: in the hour's rollup; `voided`: in none. */
  readonly state: 'received' | 'counted' | 'voided';
  /** As it was written. */
  readonly event: UsageEvent;
  /** Absent when nobody changed what it counts for. */
  readonly adjusted?: { readonly units: UsageUnits; readonly by: readonly Adjustment[] };
  readonly counted?: { readonly hour: string; readonly rollupVersion: number };
  readonly voided?: { readonly id: string; readonly time: string; readonly reason: string; readonly actor: string };
}

/** Single usage events: what has become of them. */
export class UsageEvents {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /** @throws NotFoundError when the tenant has no event of this id, whether or not another has */
  async state(owner: JournalOwner, id: string): Promise<UsageEventState> {
    const { tenant } = owner;
    const { reader, rollups, ledger, now } = this.#with;
    if (!eventIdPattern.test(id)) throw unknownEvent(id);
    const found = (await reader.find(owner, id)) ?? (await ledger?.find(tenant, id));
    // Decided by the id alone, and so the same for the event of another tenant.
    const archived = ledger === undefined && eventTime(id) < journalBegins(now());
    if (found === undefined) throw archived ? archivedEvent(id) : unknownEvent(id);
    const { event, adjustments, voided } = found;
    const written = { id, event, ...adjusted(event, adjustments) };
    if (voided !== undefined) {
      const { reason, actor } = voided.data;
      return { ...written, state: 'voided', voided: { id: voided.id, time: voided.time, reason, actor } };
    }
    const hour = usageHour(eventTime(id));
    const { closedTo, lateSeenTo } = await rollups.progress(tenant);
    if (closedTo === undefined || hour >= closedTo) return { ...written, state: 'received' };
    const late = await reader.lateHours(tenant, new Date(lateSeenTo ?? 0));
    const head = await rollups.head(tenant, hour);
    if (late.has(hour) || head === undefined) return { ...written, state: 'received' };
    return { ...written, state: 'counted', counted: { hour, rollupVersion: head.version } };
  }
}

function adjusted(event: UsageEvent, adjustments: readonly UsageAdjusted[]): Pick<UsageEventState, 'adjusted'> {
  if (adjustments.length === 0) return {};
  return {
    adjusted: {
      units: adjustments.reduce((sum, { data }) => addUnits(sum, data.units), event.data.units),
      by: adjustments.map(({ id, time, data: { units, reason, actor } }) => ({ id, time, units, reason, actor })),
    },
  };
}
