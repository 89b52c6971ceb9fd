import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from 'uuidv7';
import { closeHours } from '../../core/metering/close/close-hours.ts';
import type { ClosingTenant } from '../../core/metering/close/close-tenant.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { JournalReader } from '../../core/metering/journal-reader.ts';
import type { UsageEvent } from '../../core/metering/usage-event.ts';
import { UsageVoids } from '../../core/metering/usage-voids.ts';

/** Something for a process to do, in a form that can be sent to it. */
export type Order = { readonly now: string } & (
  | { readonly kind: 'append'; readonly event: UsageEvent }
  | { readonly kind: 'void'; readonly tenant: string; readonly event: string }
  | { readonly kind: 'close'; readonly tenant: ClosingTenant; readonly openHours: boolean }
);

/** Does what the functions do for it, by the same code. */
export async function carryOut(order: Order, client: DynamoDB): Promise<void> {
  const now = () => new Date(order.now);
  const journal = new DynamoDBJournal(client, 'usage', now);
  const reader = new JournalReader(client, 'usage');
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
      const closers = { journal: reader, rollups: new RollupStore(client, 'rollups'), now };
      await closeHours(closers, [order.tenant], {
        openHours: order.openHours,
        remainingMs: () => 1e9,
        onFailure: (_, error) => failures.push(error),
      });
      if (failures.length > 0) throw failures[0];
    }
  }
}
