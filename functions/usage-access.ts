import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { ExportLinks } from '../core/billing/export/outbox/export-links.ts';
import { OutboxFollowers } from '../core/billing/export/outbox/outbox-followers.ts';
import { RollupStore } from '../core/metering/close/rollup-store.ts';
import { JournalReader } from '../core/metering/journal-reader.ts';
import type { LedgerEvents } from '../core/metering/ledger/ledger-events.ts';
import { UsageEvents } from '../core/metering/usage-events.ts';
import { UsageReader } from '../core/metering/usage-reader.ts';
import { UsageSource } from '../core/metering/usage-source.ts';

/** What reads usage. */
export interface UsageAccess {
  readonly journal: JournalReader;
  readonly rollups: RollupStore;
  readonly source: UsageSource;
  readonly usage: UsageReader;
  readonly events: UsageEvents;
}

/** All that reads usage, over the tables of these names. @param tables `exports` for who closes hours, too */
export function usageAccess(
  client: DynamoDB,
  tables: { readonly usage: string; readonly rollups: string; readonly exports?: string },
  now: () => Date,
  ledger?: Pick<LedgerEvents, 'find'>,
): UsageAccess {
  const journal = new JournalReader(client, tables.usage);
  const { exports } = tables;
  const followers = exports === undefined ? undefined : new OutboxFollowers(new ExportLinks(client, exports), exports);
  const rollups = new RollupStore(client, tables.rollups, followers);
  const source = new UsageSource({ journal, rollups, now });
  return {
    journal,
    rollups,
    source,
    usage: new UsageReader(source),
    events: new UsageEvents({ reader: journal, rollups, ledger, now }),
  };
}
