import type { RollupStore } from './close/rollup-store.ts';
import { eventIdPattern } from './event-id-pattern.ts';
import { eventTime } from './event-time.ts';
import type { JournalReader } from './journal-reader.ts';
import { unknownEvent } from './unknown-event.ts';
import type { UsageEvent } from './usage-event.ts';
import { usageHour } from './usage-hour.ts';

interface Dependencies {
  readonly reader: Pick<JournalReader, 'find' | 'lateHours'>;
  readonly rollups: Pick<RollupStore, 'progress' | 'head'>;
}

/** What has become of a usage event. */
export interface UsageEventState {
  readonly id: string;
  /** `received`: in the journal, its hour not yet closed, or to be looked at again; `counted`: in the hour's rollup; `voided`: in none. */
  readonly state: 'received' | 'counted' | 'voided';
  readonly event: UsageEvent;
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
  async state(tenant: string, id: string): Promise<UsageEventState> {
    const { reader, rollups } = this.#with;
    const found = eventIdPattern.test(id) ? await reader.find(tenant, id) : undefined;
    if (found === undefined) throw unknownEvent(id);
    const { event, voided } = found;
    if (voided !== undefined) {
      const { reason, actor } = voided.data;
      return { id, state: 'voided', event, voided: { id: voided.id, time: voided.time, reason, actor } };
    }
    const hour = usageHour(eventTime(id));
    const { closedTo, lateSeenTo } = await rollups.progress(tenant);
    if (closedTo === undefined || hour >= closedTo) return { id, state: 'received', event };
    const late = await reader.lateHours(tenant, new Date(lateSeenTo ?? 0));
    const head = await rollups.head(tenant, hour);
    if (late.has(hour) || head === undefined) return { id, state: 'received', event };
    return { id, state: 'counted', event, counted: { hour, rollupVersion: head.version } };
  }
}
