import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { ClosingTenant } from '../../core/metering/close/close-tenant.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { JournalReader } from '../../core/metering/journal-reader.ts';
import { journalRecords } from '../../core/metering/ledger/journal-records.ts';
import { rebuildFromLedger } from '../../core/metering/ledger/rebuild-from-ledger.ts';
import { hourMs, usageHour } from '../../core/metering/usage-hour.ts';
import type { LedgerPlace } from './ledger-place.ts';
import { Watch } from './watch.ts';
import { watchedLedger } from './watched-ledger.ts';

/**
 * When all is archived: the ledger has of each hour what the journal has, to the byte of each record, in the version of the rollup, and
 * rollups that are made from it are those that there are.
 */
export async function checkLedger(
  client: DynamoDB,
  place: LedgerPlace,
  owner: ClosingTenant,
  now: Date,
): Promise<void> {
  const { tenant, createdAt } = owner;
  const ledger = watchedLedger(client, place, new Watch(() => undefined));
  const rollups = new RollupStore(client, 'rollups');
  const from = new Date(Date.parse(createdAt) - hourMs);
  const versions = new Map<string, number>();
  for await (const { hour, version } of rollups.rollups(tenant, from, now)) versions.set(hour, version);
  // Every hour: one without a rollup must have nothing in the journal.
  for (let at = from.getTime(); at < now.getTime(); at += hourMs) {
    const hour = usageHour(new Date(at));
    const written: string[] = [];
    for await (const page of journalRecords(client, 'usage', owner, hour)) {
      written.push(...page.flatMap(({ records }) => records).map((record) => JSON.stringify(record)));
    }
    const version = versions.get(hour);
    const archived = version === undefined ? undefined : await ledger.index.find(tenant, hour);
    if (archived?.rollupVersion !== version) {
      throw new Error(
        `the ledger has version ${archived?.rollupVersion} of ${hour}, and its rollup is version ${version}`,
      );
    }
    const kept: string[] = [];
    if (archived !== undefined) {
      for await (const record of ledger.reader.records(tenant, archived)) kept.push(JSON.stringify(record));
    }
    if (kept.join() !== written.join()) {
      throw new Error(`the ledger has ${kept.length} records of ${hour}; the journal has ${written.length} or others`);
    }
  }
  const closers = { journal: new JournalReader(client, 'usage'), rollups, now: () => now };
  const { differences } = await rebuildFromLedger(closers, ledger, owner, undefined, () => 1e9);
  if (differences.length > 0) throw new Error(`a rebuild from the ledger found ${JSON.stringify(differences)}`);
}
