import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeAndFinalize } from '../../../core/billing/invoice/close-and-finalize.ts';
import { closeHours } from '../../../core/metering/close/close-hours.ts';
import { RollupStore } from '../../../core/metering/close/rollup-store.ts';
import { DynamoDBJournal } from '../../../core/metering/dynamodb-journal.ts';
import { JournalReader } from '../../../core/metering/journal-reader.ts';
import { UsageVoids } from '../../../core/metering/usage-voids.ts';
import { billingAccess } from '../../../functions/billing-access.ts';
import { usageEventOf, uuidAt } from '../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { itemPrice, priceBook } from './books.ts';

const clock = { now: new Date('2026-11-01T00:00:00Z') };
const now = () => clock.now;
let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  const { prices } = billingAccess(dynamo.client, 'billing', { rollups: rollupStore(), stage: 'test', now });
  await prices.publish(priceBook({ prices: [itemPrice('*', { kind: 'flat', price: '1' })] }));
});
afterAll(() => dynamo.stop());

const rollupStore = () => new RollupStore(dynamo.client, 'rollups');

/** A tenant that used items of two events, on a closed month. */
async function used(tenant: string) {
  const journal = new DynamoDBJournal(dynamo.client, 'usage', now);
  const reader = new JournalReader(dynamo.client, 'usage');
  const rollups = rollupStore();
  const { invoices } = billingAccess(dynamo.client, 'billing', { rollups, stage: 'test', now });
  clock.now = new Date('2026-11-30T22:00:00Z');
  const events = [3, 4].map((items) => usageEventOf(tenant, clock.now, { items }));
  for (const event of events) await journal.append(event);
  clock.now = new Date('2026-12-01T02:00:00Z');
  const voids = new UsageVoids({ reader, journal, source: 'maas/eu-west-1/test', newId: () => uuidAt(clock.now), now });
  const owner = { tenant, name: tenant, plan: 'pro', createdAt: '2026-11-30T20:00:00.000Z' };
  return {
    owner,
    invoices,
    journal,
    closers: { journal: reader, rollups, now },
    voidFirst: () => voids.void({ tenant }, events[0]?.id ?? '', 'a test', 'somebody'),
    voidEvent: (id: string) => voids.void({ tenant }, id, 'a test', 'somebody'),
    close: (openHours: boolean) =>
      closeHours({ journal: reader, rollups, now }, [owner], {
        openHours,
        remainingMs: () => 60_000,
        onFailure: (_, error) => expect.unreachable(String(error)),
      }),
  };
}

test('a void that passes a finalization is taken off by the next invoice of the month, and one before it is on none', async () => {
  const { owner, invoices, closers, voidFirst } = await used('passed');
  const passed = {
    finalize: async (...args: Parameters<typeof invoices.finalize>) => {
      // Noted when the hours were closed, and before the invoice is made.
      await voidFirst();
      return invoices.finalize(...args);
    },
  };
  const month = '2026-11';
  const first = await closeAndFinalize({ closers, invoices: passed }, owner, month, false, () => 1e9);
  expect(first).toMatchObject({ total: '7.00', evidence: { events: 2 } });
  // Nobody has to close anything in between.
  const second = await closeAndFinalize({ closers, invoices }, owner, month, false, () => 1e9);
  expect(second).toMatchObject({ total: '-3.00', evidence: { events: 1 } });

  const before = await used('before');
  await before.voidFirst();
  expect(await closeAndFinalize(before, before.owner, month, false, () => 1e9)).toMatchObject({ total: '4.00' });
});

test('without the time to close all hours no invoice is made', async () => {
  const { owner, invoices, closers } = await used('hurried');
  const made = closeAndFinalize({ closers, invoices }, owner, '2026-11', true, () => 5000);
  await expect(made).rejects.toMatchObject({ status: 503 });
  expect((await invoices.list(owner)).map(({ state }) => state)).toEqual(['draft']);
});

test('what is voided in the running hour after it was added up is not on an early invoice', async () => {
  const { owner, invoices, closers, voidFirst, close } = await used('running');
  clock.now = new Date('2026-11-30T22:06:00Z');
  await close(true);
  clock.now = new Date('2026-11-30T22:07:00Z');
  await voidFirst();
  const made = closeAndFinalize({ closers, invoices }, owner, '2026-11', true, () => 1e9);
  expect(await made).toMatchObject({ total: '4.00', evidence: { events: 1, openHours: 1 } });
});

test('an hour with more events than there is time for is named, and the next close makes way for the invoice', async () => {
  const { owner, invoices, closers, close } = await used('big');
  let leftMs = 1e9;
  const slow = {
    lateHours: closers.journal.lateHours.bind(closers.journal),
    async *recorded(...range: Parameters<JournalReader['recorded']>) {
      for await (const page of closers.journal.recorded(...range)) {
        if (page.length > 0) leftMs = 7000;
        yield page;
        expect(page, 'nothing is read when the time is over').toEqual([]);
      }
    },
  };
  const finalize = (journal: typeof slow | JournalReader) =>
    closeAndFinalize({ closers: { ...closers, journal }, invoices }, owner, '2026-11', false, () => leftMs);
  await expect(finalize(slow)).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('2026-11-30T22'),
    // Until a minute after the next close.
    retryAfterSeconds: 12 * 60,
  });
  leftMs = 1e9;
  await close(false);
  expect(await finalize(closers.journal)).toMatchObject({ total: '7.00' });
});

test('finalizing a month looks at no hour behind it, and leaves what came late there to the next close', async () => {
  const { owner, invoices, closers, journal, voidEvent, close } = await used('last-month');
  const december = usageEventOf(owner.tenant, new Date('2026-12-01T00:30:00Z'), { items: 5 });
  await journal.append(december);
  const read: string[] = [];
  const watched = {
    lateHours: closers.journal.lateHours.bind(closers.journal),
    recorded: (...range: Parameters<JournalReader['recorded']>) => {
      read.push(range[1].toISOString());
      return closers.journal.recorded(...range);
    },
  };
  const finalize = () =>
    closeAndFinalize({ closers: { ...closers, journal: watched }, invoices }, owner, '2026-11', false, () => 1e9);
  expect(await finalize()).toMatchObject({ total: '7.00' });
  expect(read.at(-1)).toBe('2026-11-30T23:00:00.000Z');

  await close(false);
  clock.now = new Date('2026-12-01T02:20:00Z');
  await voidEvent(december.id);
  read.length = 0;
  await expect(finalize()).rejects.toMatchObject({ status: 409 });
  expect(read.filter((from) => from >= '2026-12')).toEqual([]);
  clock.now = new Date('2026-12-01T02:40:00Z');
  await finalize().catch(() => undefined);
  // Hour 01, and the late one.
  expect(await close(false)).toMatchObject({ written: 1 });
});
