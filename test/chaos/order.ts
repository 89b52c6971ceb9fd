import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from 'uuidv7';
import { ConflictError, InvalidInputError } from '../../core/api/maas-error.ts';
import { ExportLeases } from '../../core/billing/export/outbox/export-leases.ts';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { OutboxFollowers } from '../../core/billing/export/outbox/outbox-followers.ts';
import { runExports } from '../../core/billing/export/run-exports.ts';
import { closeAndFinalize } from '../../core/billing/invoice/close-and-finalize.ts';
import type { BilledTenant, Invoices } from '../../core/billing/invoice/invoices.ts';
import { closeHours } from '../../core/metering/close/close-hours.ts';
import type { ClosingTenant } from '../../core/metering/close/close-tenant.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { JournalReader } from '../../core/metering/journal-reader.ts';
import { archiveHours } from '../../core/metering/ledger/archive-hours.ts';
import { LedgerMismatchError } from '../../core/metering/ledger/ledger-mismatch-error.ts';
import { rebuildFromLedger } from '../../core/metering/ledger/rebuild-from-ledger.ts';
import { drainSpillway, type SpillwayMessage } from '../../core/metering/spillway/drain-spillway.ts';
import { UsageAdjustments } from '../../core/metering/usage-adjustments.ts';
import type { UsageEvent } from '../../core/metering/usage-event.ts';
import { UsageVoids } from '../../core/metering/usage-voids.ts';
import { billingAccess } from '../../functions/billing-access.ts';
import type { Outcome } from './executor.ts';
import type { LedgerPlace } from './ledger-place.ts';
import type { Watch } from './watch.ts';
import type { Remotes } from './watched-exporters.ts';

/** Something for a process to do, in a form that can be sent to it. */
export type Order = { readonly now: string } & (
  | { readonly kind: 'append'; readonly event: UsageEvent }
  | { readonly kind: 'void'; readonly tenant: string; readonly event: string }
  | {
      readonly kind: 'adjust';
      readonly tenant: string;
      readonly event: string;
      /** By how many items. */
      readonly items: number;
      readonly reason: string;
    }
  | { readonly kind: 'close'; readonly tenant: ClosingTenant; readonly openHours: boolean }
  | { readonly kind: 'drain'; readonly messages: readonly SpillwayMessage[] }
  | { readonly kind: 'export'; readonly remotes: Remotes }
  | { readonly kind: 'finalize'; readonly tenant: BilledTenant; readonly month: string }
  | { readonly kind: 'void-invoice'; readonly tenant: BilledTenant; readonly invoice: string }
  | { readonly kind: 'archive' | 'rebuild'; readonly tenant: ClosingTenant; readonly ledger: LedgerPlace }
);

/** Does what the functions do for it, by the same code. */
export async function carryOut(order: Order, client: DynamoDB, watch: Watch): Promise<Exclude<Outcome, 'died'>> {
  try {
    await carriedOut(order, client, watch);
    return 'done';
  } catch (error) {
    // Nothing to invoice, more taken off an event than it counts for, or somebody else is doing it right now.
    if (error instanceof ConflictError || error instanceof InvalidInputError) return 'refused';
    // An hour that is corrected while it is archived waits for the next run.
    if (order.kind === 'archive' && error instanceof LedgerMismatchError) return 'refused';
    throw error;
  }
}

async function carriedOut(order: Order, client: DynamoDB, watch: Watch): Promise<void> {
  const now = () => new Date(order.now);
  const journal = new DynamoDBJournal(client, 'usage', now);
  const reader = new JournalReader(client, 'usage');
  const links = new ExportLinks(client, 'exports');
  const rollups = new RollupStore(client, 'rollups', new OutboxFollowers(links, 'exports'));
  const corrections = { reader, journal, source: 'maas/eu-west-1/test', newId: uuidv7, now };
  const closers = { journal: reader, rollups, now };
  const failures: unknown[] = [];
  const remainingMs = () => 1e9;
  const onFailure = (...[, error]: [string, unknown]) => failures.push(error);
  switch (order.kind) {
    case 'append':
      await journal.append(order.event);
      break;
    case 'void':
      await new UsageVoids(corrections).void({ tenant: order.tenant }, order.event, 'a test', 'somebody');
      break;
    case 'adjust': {
      const { tenant, event, items, reason } = order;
      await new UsageAdjustments(corrections).adjust({ tenant }, event, { items }, reason, 'somebody');
      break;
    }
    case 'close':
      await closeHours(closers, [order.tenant], { openHours: order.openHours, remainingMs, onFailure });
      break;
    case 'drain': {
      const [failed] = await drainSpillway(journal, order.messages);
      if (failed !== undefined) throw failed.error;
      break;
    }
    case 'export': {
      const outbox = new Outbox(client, 'exports');
      const leases = new ExportLeases(client, 'exports');
      // Only here: the vendors' libraries are half of what a process that was killed has to load again.
      const { watchedExporters } = await import('./watched-exporters.ts');
      const exporters = watchedExporters(order.remotes, watch, { client, rollups, now });
      await runExports({ outbox, links, leases, rollups, now, newId: uuidv7 }, exporters, {
        remainingMs: () => 60_000,
        onFailure: (_, __, error) => failures.push(error),
      });
      break;
    }
    case 'finalize':
      await closeAndFinalize(
        { closers, invoices: billing(client, rollups, now) },
        order.tenant,
        order.month,
        true,
        remainingMs,
      );
      break;
    case 'void-invoice':
      await billing(client, rollups, now).void(order.tenant, order.invoice, 'a test', 'somebody');
      break;
    case 'archive':
    case 'rebuild': {
      const { watchedLedger } = await import('./watched-ledger.ts');
      const ledger = watchedLedger(client, order.ledger, watch);
      if (order.kind === 'rebuild') await rebuildFromLedger(closers, ledger, order.tenant, undefined, remainingMs);
      else {
        const archivers = { ...closers, ...ledger, client, usageTable: 'usage' };
        await archiveHours(archivers, [order.tenant], { remainingMs, onFailure });
      }
      break;
    }
  }
  if (failures.length > 0) throw failures[0];
}

const billing = (client: DynamoDB, rollups: RollupStore, now: () => Date): Invoices =>
  billingAccess(client, 'billing', { rollups, stage: 'chaos', now }).invoices;
