import { createHash } from 'node:crypto';
import { addUnits, noUnits } from '../add-units.ts';
import { journalPartitions } from '../journal-partitions.ts';
import type { JournalReader } from '../journal-reader.ts';
import type { HourRollup, RollupRow } from '../rollup.ts';
import type { UsageEvent, UsageUnits } from '../usage-event.ts';
import { hourMs, hourStart } from '../usage-hour.ts';

/** What an hour of the journal comes to. */
export type FoldedHour = Pick<HourRollup, 'rows' | 'events' | 'idsSha256'>;

/**
 * Adds up one hour of one tenant. Takes memory for the rows and one page of events, however many there are. The same journal gives the
 * same result, to the order of the rows.
 */
export async function foldHour(
  journal: Pick<JournalReader, 'counted'>,
  tenant: string,
  hour: string,
): Promise<FoldedHour> {
  const from = hourStart(hour);
  const to = new Date(from.getTime() + hourMs);
  const rows = new Map<string, { head: Omit<RollupRow, 'units'>; units: UsageUnits }>();
  const ids = createHash('sha256');
  let events = 0;
  for (const partition of journalPartitions(tenant, from, to)) {
    for await (const page of journal.counted(partition, from, to)) {
      for (const { id, data } of page) {
        const head = rowHead(data);
        const key = JSON.stringify(Object.values(head));
        const row = rows.get(key) ?? { head, units: noUnits };
        row.units = addUnits(row.units, data.units);
        rows.set(key, row);
        ids.update(id).update('\n');
        events += 1;
      }
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    rows: sorted.map(([, { head, units }]) => ({ ...head, units })),
    events,
    idsSha256: ids.digest('hex'),
  };
}

const rowHead = ({ model, modelVersion, keyId, plan, hardware, priceBook }: UsageEvent['data']) => ({
  model,
  modelVersion,
  keyId,
  plan,
  hardware,
  ...(priceBook === undefined ? {} : { priceBook }),
});
