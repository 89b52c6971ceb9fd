import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from 'uuidv7';
import { ConflictError } from '../../core/api/maas-error.ts';
import { ExportLeases } from '../../core/billing/export/outbox/export-leases.ts';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { OutboxFollowers } from '../../core/billing/export/outbox/outbox-followers.ts';
import { runExports } from '../../core/billing/export/run-exports.ts';
import type { BilledTenant } from '../../core/billing/invoice/invoices.ts';
import { closeHours } from '../../core/metering/close/close-hours.ts';
import type { ClosingTenant } from '../../core/metering/close/close-tenant.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { JournalReader } from '../../core/metering/journal-reader.ts';
import { drainSpillway, type SpillwayMessage } from '../../core/metering/spillway/drain-spillway.ts';
import type { UsageEvent } from '../../core/metering/usage-event.ts';
import { UsageVoids } from '../../core/metering/usage-voids.ts';
import { billingAccess } from '../../functions/billing-access.ts';
import type { Watch } from './watch.ts';
import type { Remotes } from './watched-exporters.ts';

/** Something for a process to do, in a form that can be sent to it. */
export type Order = { readonly now: string } & (
  | { readonly kind: 'append'; readonly event: UsageEvent }
  | { readonly kind: 'void'; readonly tenant: string; readonly event: string }
  | { readonly kind: 'close'; readonly tenant: ClosingTenant; readonly openHours: boolean }
  | { readonly kind: 'drain'; readonly messages: readonly SpillwayMessage[] }
  | { readonly kind: 'export'; readonly remotes: Remotes }
  | { readonly kind: 'finalize'; readonly tenant: BilledTenant; readonly month: string }
);

/** Does what the functions do for it, by the same code. */
export async function carryOut(order: Order, client: DynamoDB, watch: Watch): Promise<void> {
  const now = () => new Date(order.now);
  const journal = new DynamoDBJournal(client, 'usage', now);
  const reader = new JournalReader(client, 'usage');
  const links = new ExportLinks(client, 'exports');
  const rollups = new RollupStore(client, 'rollups', new OutboxFollowers(links, 'exports'));
  switch (order.kind) {
    case 'append':
      await journal.append(order.event);
      return;
    case 'void': {
      const voids = new UsageVoids({ reader, journal, source: 'maas/eu-west-1/test', newId: uuidv7, now });
      await voids.void({ tenant: order.tenant }, order.event, 'a test', 'somebody');
      return;
    }
    case 'close': {
      const failures: unknown[] = [];
      const closers = { journal: reader, rollups, now };
      await closeHours(closers, [order.tenant], {
        openHours: order.openHours,
        remainingMs: () => 1e9,
        onFailure: (_, error) => failures.push(error),
      });
      if (failures.length > 0) throw failures[0];
      return;
    }
    case 'drain': {
      const [failed] = await drainSpillway(journal, order.messages);
      if (failed !== undefined) throw failed.error;
      return;
    }
    case 'export': {
      const failures: unknown[] = [];
      const outbox = new Outbox(client, 'exports');
      const leases = new ExportLeases(client, 'exports');
      // Only here: the vendors' libraries are half of what a process that was killed has to load again.
      const { watchedExporters } = await import('./watched-exporters.ts');
      const exporters = watchedExporters(order.remotes, watch, { client, rollups, now });
      await runExports({ outbox, links, leases, rollups, now, newId: uuidv7 }, exporters, {
        remainingMs: () => 60_000,
        onFailure: (_, __, error) => failures.push(error),
      });
      if (failures.length > 0) throw failures[0];
      return;
    }
    case 'finalize': {
      const { invoices } = billingAccess(client, 'billing', { rollups, stage: 'chaos', now });
      try {
        await invoices.finalize(order.tenant, order.month, true);
      } catch (error) {
        // Nothing to invoice, or somebody else does it right now.
        if (!(error instanceof ConflictError)) throw error;
      }
    }
  }
}
