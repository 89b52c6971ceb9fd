import { DynamoDB, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LateRefusals } from '../../../../../core/billing/export/outbox/late-refusals.ts';
import { Outbox } from '../../../../../core/billing/export/outbox/outbox.ts';
import { Settlements } from '../../../../../core/billing/export/outbox/settlements.ts';
import type { OutboxRow } from '../../../../../core/billing/export/outbox-row.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../storage/dynamodb.ts';

let dynamo: TestDynamoDB;
let busy: DynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  busy = new DynamoDB({
    endpoint: dynamo.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  // As DynamoDB answers while a close writes the next version of the row's hour.
  busy.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (!['UpdateItemCommand', 'DeleteItemCommand'].includes(commandName ?? '')) return next(args);
        throw new TransactionConflictException({ message: 'Transaction is ongoing for the item', $metadata: {} });
      },
    { step: 'initialize', name: 'conflict' },
  );
});
afterAll(async () => {
  busy.destroy();
  await dynamo.stop();
});

const at = new Date('2026-11-22T02:15:00Z');
async function waiting(tenant: string): Promise<OutboxRow> {
  const outbox = new Outbox(dynamo.client, 'exports');
  await outbox.want({ tenant, destination: 'stripe', hour: '2026-11-22T01', version: 1 }, at);
  const [row] = await outbox.open(tenant);
  if (row === undefined) throw new Error('no row');
  return row;
}

test.each<[string, (outbox: Outbox, row: OutboxRow) => Promise<unknown>]>([
  ['delivered', (outbox, row) => outbox.delivered(row)],
  ['put off', (outbox, row) => outbox.later(row, 'a reason', at)],
  ['rejected', (outbox, row) => outbox.rejected(row, 'a reason', at)],
  ['dropped', (outbox, row) => outbox.drop(row)],
])('a row that was %s in the middle of a close waits on, and nothing has failed', async (name, mark) => {
  const row = await waiting(name);
  await mark(new Outbox(busy, 'exports'), row);
  expect(await new Outbox(dynamo.client, 'exports').open(name)).toMatchObject([{ ...row, state: 'pending' }]);
});

test('to whom a row is told cannot be noted in the middle of a close, so it is not told', async () => {
  const row = await waiting('unnoted');
  expect(await new Outbox(busy, 'exports').tellTo(row, 'cus_1', at)).toBeUndefined();
});

test('an hour that was settled in the middle of a close is not, and stays rejected', async () => {
  const row = await waiting('unsettled');
  await new Outbox(dynamo.client, 'exports').rejected(row, 'a reason', at);
  expect(await new Settlements(busy, 'exports').settle(row, 1)).toBe(false);
  expect(await new Outbox(dynamo.client, 'exports').open('unsettled')).toMatchObject([{ state: 'rejected' }]);
});

test('an hour that cannot be wanted in the middle of a close is wanted again, and so is what Stripe refused late', async () => {
  const row = await waiting('wanted');
  const want = new Outbox(busy, 'exports').want({ ...row, version: 2 }, at);
  await expect(want).rejects.toThrow(TransactionConflictException);
  const refused = new LateRefusals(busy, 'exports').refuse(
    row,
    { by: 'evt_1', reason: 'a reason', nobodyTold: true },
    at,
  );
  await expect(refused).rejects.toThrow(TransactionConflictException);
});
