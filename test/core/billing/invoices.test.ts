import { createHash } from 'node:crypto';
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Credits } from '../../../core/billing/credits/credits.ts';
import { DynamoDBCredits } from '../../../core/billing/credits/dynamodb-credits.ts';
import { costs } from '../../../core/billing/invoice/costs.ts';
import { DynamoDBInvoices } from '../../../core/billing/invoice/dynamodb-invoices.ts';
import type { Invoice } from '../../../core/billing/invoice/invoice.ts';
import { type BilledTenant, Invoices } from '../../../core/billing/invoice/invoices.ts';
import { Currency } from '../../../core/billing/money/currency.ts';
import type { PublishedPriceBook } from '../../../core/billing/price-book/published-price-book.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { itemPrice, priceBook, published, RollupsInMemory, rollup, row } from './books.ts';

const acme: BilledTenant = { tenant: 'acme', name: 'Acme', plan: 'pro', createdAt: '2026-11-02T00:00:00.000Z' };
const clock = { now: new Date() };
let dynamo: TestDynamoDB;
let rollups: RollupsInMemory;
let books: readonly PublishedPriceBook[];
let credits: Credits;
let invoices: Invoices;

// A database for each test: numbers begin at 1.
beforeEach(async () => {
  dynamo = await startDynamoDB();
  clock.now = new Date('2026-11-22T10:00:00Z');
  rollups = new RollupsInMemory();
  books = published(priceBook({ prices: [itemPrice('fashion', { kind: 'flat', price: '0.001' })] }));
  const store = new DynamoDBInvoices(dynamo.client, 'billing');
  credits = new Credits({
    store: new DynamoDBCredits(dynamo.client, 'billing'),
    invoices: store,
    books: { all: async () => books },
    now: () => clock.now,
  });
  invoices = invoicesOver(store);
});
afterEach(() => dynamo.stop());

const invoicesOver = (store: DynamoDBInvoices): Invoices =>
  new Invoices({ store, credits, rollups, books: { all: async () => books }, stage: 'test', now: () => clock.now });

const use = (hour: string, items: number, change: Parameters<typeof row>[0] | object = {}): void => {
  rollups.hours.push(rollup(hour, row({ ...change, units: { requests: 1, items } })));
};
const monthIsOver = (): void => {
  clock.now = new Date('2026-12-01T02:00:00Z');
  rollups.closedTo = '2026-12-01T00';
};
const amounts = ({ lines }: Pick<Invoice, 'lines'>): readonly string[] =>
  lines.filter(({ key }) => key.includes('prices[0]')).map(({ amount }) => amount);
const operator = 'arn:aws:iam::000000000000:user/finance';

test('a draft follows the closed hours, and adds terms of the plan', async () => {
  books = published(
    priceBook({
      prices: [itemPrice('fashion', { kind: 'flat', price: '0.001' }, 1000)],
      plans: { pro: { minimum: '5.00' } },
    }),
  );
  expect(await invoices.show(acme, '2026-11')).toMatchObject({
    state: 'draft',
    total: '5.00',
    lines: [{ kind: 'minimum' }],
  });
  use('2026-11-21T03', 1500);
  use('2026-11-21T04', 2500);
  const draft = await invoices.show(acme, '2026-11');
  expect(draft).toMatchObject({
    id: '2026-11',
    state: 'draft',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
    currency: 'EUR',
    total: '5.00',
    due: '5.00',
    evidence: { hours: 2, openHours: 0, events: 2, until: '2026-11-21T05:00:00.000Z' },
  });
  expect(draft.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
    ['usage', '3.00'],
    ['minimum', '2.00'],
  ]);
  expect(draft.lines[0]?.usage).toMatchObject({
    place: 'prices[0]',
    quantity: '4000',
    included: '1000',
    steps: [{ quantity: '3000', price: '0.001', amount: '3' }],
    exact: '3',
    parts: [{ model: 'fashion', hardware: 'lambda-cpu', quantity: '4000', amount: '3.00' }],
  });
});

test('usage before any price book costs nothing, and is told', async () => {
  use('2026-10-30T03', 1500);
  clock.now = new Date('2026-11-22T10:00:00Z');
  expect(await invoices.show(acme, '2026-10')).toMatchObject({ total: '0.00', lines: [], unpricedRequests: '1' });
  books = [];
  await expect(invoices.show(acme, '2026-11')).rejects.toThrow('no price book');
});

test('a tenant that was not there yet owes no minimum', async () => {
  books = published(priceBook({ validFrom: '2026-01-01T00:00:00Z', minimum: '5.00' }));
  expect(await invoices.show(acme, '2026-10')).toMatchObject({ total: '0.00', lines: [] });
});

test('a month is finalized when all of it is closed, or early', async () => {
  use('2026-11-21T03', 1500);
  await expect(invoices.finalize(acme, '2026-11', false)).rejects.toThrow('early');
  rollups.closedTo = '2026-11-30T23';
  clock.now = new Date('2026-12-01T02:00:00Z');
  await expect(invoices.finalize(acme, '2026-11', false)).rejects.toThrow(
    'up to 2026-11-30T23 yet, and 2026-11 ends at 2026-12-01T00',
  );
  monthIsOver();
  expect(await invoices.finalize(acme, '2026-11', false)).toMatchObject({
    id: '2026-11-1',
    number: 'TEST-00000001',
    state: 'open',
    total: '1.50',
    due: '1.50',
  });
  await expect(invoices.finalize(acme, '2026-11', false)).rejects.toThrow('nothing to invoice');
  await expect(invoices.finalize(acme, '2027-01', true)).rejects.toThrow('there is no month');
});

test('a final invoice stays as it is, whatever is used, priced or renamed afterwards', async () => {
  use('2026-11-21T03', 1500);
  monthIsOver();
  const final = await invoices.finalize(acme, '2026-11', false);
  use('2026-11-21T04', 100);
  books = published(priceBook({ prices: [itemPrice('fashion', { kind: 'flat', price: '9' })] }));
  const again = await invoices.show({ ...acme, name: 'Other', plan: 'free' }, '2026-11-1');
  expect(again).toEqual(final);
  const { id: _, state: __, number, finalizedAt: ___, sha256, creditNotes: ____, due: _____, ...content } = again;
  expect(sha256).toBe(
    createHash('sha256')
      .update(`${number}\n${JSON.stringify(content)}`)
      .digest('hex'),
  );
});

test('an invoice may have more lines than an item of DynamoDB has room for as text', async () => {
  const models = Array.from({ length: 990 }, (_, index) => `model-${index}`);
  books = published(priceBook({ prices: models.map((model) => itemPrice(model, { kind: 'flat', price: '0.001' })) }));
  rollups.hours.push(
    rollup('2026-11-21T03', ...models.map((model) => row({ model, units: { requests: 1, items: 10 } }))),
  );
  monthIsOver();
  const { lines } = await invoices.show(acme, '2026-11');
  expect(lines).toHaveLength(990);
  expect(JSON.stringify(lines).length).toBeGreaterThan(400 * 1024);
  const final = await invoices.finalize(acme, '2026-11', false);
  expect(final.lines).toEqual(lines);
  expect(await invoices.show(acme, '2026-11-1')).toEqual(final);
});

test('an invoice that was stored as text is read like any other', async () => {
  use('2026-11-21T03', 1500);
  monthIsOver();
  const final = await invoices.finalize(acme, '2026-11', false);
  const { finalizedAt: _, ...told } = final;
  const { id: __, state: ___, number: ____, sha256: _____, creditNotes: ______, due: _______, ...content } = told;
  await dynamo.client.updateItem({
    TableName: 'billing',
    Key: marshall({ pk: 'T#acme', sk: 'INVOICE#2026-11-001' }),
    UpdateExpression: 'SET content = :text',
    ExpressionAttributeValues: marshall({ ':text': JSON.stringify(content) }),
  });
  expect(await invoices.show(acme, '2026-11-1')).toEqual(final);
});

test('late usage is said by a further invoice of the month, which reprices what volume tiers reprice', async () => {
  books = published(
    priceBook({
      prices: [itemPrice('fashion', { kind: 'volume', tiers: [{ upTo: 15, price: '10' }, { price: '5' }] })],
    }),
  );
  use('2026-11-21T03', 15);
  monthIsOver();
  expect(amounts(await invoices.finalize(acme, '2026-11', false))).toEqual(['150.00']);
  use('2026-11-21T04', 1);
  const further = await invoices.finalize(acme, '2026-11', false);
  expect(amounts(further)).toEqual(['-150.00', '80.00']);
  expect(further).toMatchObject({
    id: '2026-11-2',
    number: 'TEST-00000002',
    total: '-70.00',
    lines: expect.arrayContaining([
      expect.objectContaining({ kind: 'reversal', reverses: { invoice: '2026-11-1', line: 1 } }),
    ]),
  });
  use('2026-11-21T05', 1);
  expect(amounts(await invoices.show(acme, '2026-11'))).toEqual(['-80.00', '85.00']);
});

test('an invoice is not voided while a further one of its month stands, which is named, and is when that one is void', async () => {
  use('2026-11-21T03', 15);
  monthIsOver();
  await invoices.finalize(acme, '2026-11', false);
  use('2026-11-21T04', 1);
  await invoices.finalize(acme, '2026-11', false);
  const refused = {
    status: 409,
    message: expect.stringContaining('taken account of by 2026-11-2; void that one first'),
  };
  await expect(invoices.void(acme, '2026-11-1', 'wrong', operator)).rejects.toMatchObject(refused);
  expect(await invoices.show(acme, '2026-11-1')).toMatchObject({ state: 'open' });
  await invoices.void(acme, '2026-11-2', 'wrong', operator);
  expect(await invoices.void(acme, '2026-11-1', 'wrong', operator)).toMatchObject({ state: 'void' });
  // All that was used can be invoiced again.
  expect(await invoices.show(acme, '2026-11')).toMatchObject({ lines: [{ usage: { quantity: '16' } }] });
});

test.each<{ refused: 'finalization' | 'void'; call: 'add' | 'void' }>([
  { refused: 'finalization', call: 'add' },
  { refused: 'void', call: 'void' },
])(
  'of a void and a finalization that pass each other the $refused is refused, and all usage is owed once',
  async ({ call }) => {
    books = published(
      priceBook({
        prices: [itemPrice('fashion', { kind: 'volume', tiers: [{ upTo: 15, price: '10' }, { price: '5' }] })],
      }),
    );
    use('2026-11-21T03', 15);
    monthIsOver();
    await invoices.finalize(acme, '2026-11', false);
    use('2026-11-21T04', 1);
    const finalize = (by: Invoices) => by.finalize(acme, '2026-11', false);
    const makeVoid = (by: Invoices) => by.void(acme, '2026-11-1', 'wrong', operator);
    const [late, meanwhile] = call === 'add' ? [finalize, makeVoid] : [makeVoid, finalize];
    // Both have read the month's invoices before either writes.
    const store = new DynamoDBInvoices(dynamo.client, 'billing');
    const held = new Proxy(store, {
      get: (target, name: keyof DynamoDBInvoices) =>
        name === call
          ? async (...args: never[]) => {
              await meanwhile(invoices);
              return (target[name] as (...given: never[]) => unknown).apply(target, args);
            }
          : target[name].bind(target),
    });
    await expect(late(invoicesOver(held))).rejects.toThrow('right now');
    // What the one that was refused left to say.
    await finalize(invoices).catch(() => undefined);
    const owed = (await invoices.list(acme)).filter(({ state }) => state === 'open');
    expect(owed.reduce((sum, { total }) => sum + Number(total), 0)).toBe(80);
    expect((await invoices.show(acme, '2026-11')).lines).toEqual([]);
  },
);

test('a void invoice is owed no longer, keeps its number, and its usage can be invoiced again', async () => {
  use('2026-11-21T03', 1500);
  monthIsOver();
  await invoices.finalize(acme, '2026-11', false);
  expect(await invoices.void(acme, '2026-11-1', 'wrong address', operator)).toMatchObject({
    state: 'void',
    number: 'TEST-00000001',
    due: '0.00',
    voided: { reason: 'wrong address', by: operator },
  });
  await expect(invoices.void(acme, '2026-11-1', 'again', operator)).rejects.toThrow('void already');
  await expect(invoices.credit(acme, '2026-11-1', '1.00', 'x', operator)).rejects.toThrow('void');
  expect(await invoices.finalize(acme, '2026-11', false)).toMatchObject({ number: 'TEST-00000002', total: '1.50' });
});

test('credit notes are numbered, and never exceed what is due', async () => {
  use('2026-11-21T03', 1500);
  monthIsOver();
  await invoices.finalize(acme, '2026-11', false);
  await invoices.credit(acme, '2026-11-1', '1', 'an outage', operator);
  await expect(invoices.credit(acme, '2026-11-1', '0.51', 'more', operator)).rejects.toThrow(
    'more than the 0.50 still due',
  );
  expect(await invoices.credit(acme, '2026-11-1', '0.50', 'the rest', operator)).toMatchObject({
    total: '1.50',
    due: '0.00',
    creditNotes: [
      { number: 'TEST-00000001-C1', amount: '1.00', reason: 'an outage', by: operator },
      { number: 'TEST-00000001-C2', amount: '0.50' },
    ],
  });
  await expect(invoices.void(acme, '2026-11-1', 'late', operator)).rejects.toThrow('credit notes');
  for (const amount of ['0', '-1', '0.001', 'all', '1e3']) {
    await expect(invoices.credit(acme, '2026-11-1', amount, 'x', operator), amount).rejects.toThrow('amount');
  }
});

test('of credits at the same moment none is lost, and together they do not exceed the invoice', async () => {
  use('2026-11-21T03', 1500);
  monthIsOver();
  await invoices.finalize(acme, '2026-11', false);
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, () => invoices.credit(acme, '2026-11-1', '0.60', 'x', operator)),
  );
  const { creditNotes, due } = await invoices.show(acme, '2026-11-1');
  expect(creditNotes).toHaveLength(tries.filter(({ status }) => status === 'fulfilled').length);
  expect(Number(due)).toBeGreaterThanOrEqual(0);
});

test('numbers have no gaps and no twins, however many finalize at the same moment', async () => {
  monthIsOver();
  const tenants = Array.from({ length: 6 }, (_, index) => ({ ...acme, tenant: `t${index}` }));
  for (const { tenant } of tenants)
    rollups.hours.push({ ...rollup('2026-11-21T03', row({ units: { items: 1000 } })), tenant });
  // Each is finalized by two at once, of whom one may be told so.
  const both = await Promise.allSettled(
    [...tenants, ...tenants].map((tenant) => invoices.finalize(tenant, '2026-11', false)),
  );
  for (const each of both)
    if (each.status === 'rejected') expect(String(each.reason)).toMatch(/right now|nothing to invoice/);
  const all = await Promise.all(
    tenants.map(async (tenant) => (await invoices.list(tenant)).filter(({ state }) => state === 'open')),
  );
  expect(all.map((each) => each.length)).toEqual(tenants.map(() => 1));
  const numbers = all.flat().map(({ number }) => number);
  expect(new Set(numbers)).toEqual(new Set(tenants.map((_, index) => `TEST-0000000${index + 1}`)));
});

test('the thirtieth invoice of an hour takes as many calls as the second', async () => {
  monthIsOver();
  let calls = 0;
  dynamo.client.middlewareStack.add(
    (next) => (args) => {
      calls += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
  const took: number[] = [];
  for (let index = 1; index <= 30; index += 1) {
    const tenant = `t${index}`;
    rollups.hours.push({ ...rollup('2026-11-21T03', row({ units: { items: 1000 } })), tenant });
    calls = 0;
    expect(await invoices.finalize({ ...acme, tenant }, '2026-11', false)).toMatchObject({
      number: `TEST-${String(index).padStart(8, '0')}`,
    });
    took.push(calls);
  }
  expect(took[29]).toBe(took[1]);
});

const dyingAt = (dies: keyof DynamoDBInvoices): Invoices =>
  invoicesOver(
    new Proxy(new DynamoDBInvoices(dynamo.client, 'billing'), {
      get: (target, name: keyof DynamoDBInvoices) =>
        name === dies ? () => Promise.reject(new Error('killed')) : target[name].bind(target),
    }),
  );

test.each(['before it has a number', 'after its number was given'])(
  'a finalization that dies %s is completed by the next one, without a gap',
  async (when) => {
    use('2026-11-21T03', 1500);
    monthIsOver();
    const dying = dyingAt(when.startsWith('before') ? 'giveNumber' : 'open');
    await expect(dying.finalize(acme, '2026-11', false)).rejects.toThrow('killed');
    expect((await invoices.list(acme)).map(({ state }) => state)).toEqual(['draft']);
    rollups.hours.push({ ...rollup('2026-11-21T03', row({ units: { items: 1000 } })), tenant: 'other' });
    const other = await invoices.finalize({ ...acme, tenant: 'other' }, '2026-11', false);
    const mine = await invoices.finalize(acme, '2026-11', false);
    expect(mine).toMatchObject({ id: '2026-11-1', total: '1.50' });
    expect(new Set([other.number, mine.number])).toEqual(new Set(['TEST-00000001', 'TEST-00000002']));
  },
);

test('an early finalization that died does not pass for the whole month', async () => {
  use('2026-11-20T03', 1500);
  await expect(dyingAt('giveNumber').finalize(acme, '2026-11', true)).rejects.toThrow('killed');
  // It is completed, and what was asked for is refused.
  await expect(invoices.finalize(acme, '2026-11', false)).rejects.toThrow('early');
  expect(await invoices.show(acme, '2026-11-1')).toMatchObject({ state: 'open', total: '1.50' });

  await invoices.void(acme, '2026-11-1', 'wrong', operator);
  await expect(dyingAt('open').finalize(acme, '2026-11', true)).rejects.toThrow('killed');
  use('2026-11-25T03', 500);
  monthIsOver();
  expect(await invoices.finalize(acme, '2026-11', false)).toMatchObject({ id: '2026-11-3', total: '0.50' });
  expect(await invoices.show(acme, '2026-11-2')).toMatchObject({ state: 'open', total: '1.50' });
});

test.each(['SET proposed', 'SET #state'])(
  'an invoice is opened under its number although another call looks at it when it is to be written: %s',
  async (change) => {
    use('2026-11-21T03', 1500);
    monthIsOver();
    let conflicts = 2;
    dynamo.client.middlewareStack.add(
      (next) => async (args) => {
        const { UpdateExpression = '' } = args.input as { UpdateExpression?: string };
        if (UpdateExpression.startsWith(change) && conflicts > 0) {
          conflicts -= 1;
          throw new TransactionConflictException({ message: 'Transaction is ongoing for the item', $metadata: {} });
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    expect(await invoices.finalize(acme, '2026-11', false)).toMatchObject({ state: 'open', number: 'TEST-00000001' });
    expect(conflicts).toBe(0);
  },
);

test('a line is explained by its hours and keys, and says when it no longer agrees with them', async () => {
  rollups.hours.push(
    rollup('2026-11-21T03', row({ keyId: 'K1', units: { items: 1000 } }), row({ keyId: 'K2', units: { items: 200 } })),
    rollup('2026-11-21T04', row({ keyId: 'K1', model: 'spam', units: { requests: 1 } })),
    rollup('2026-11-21T05', row({ keyId: 'K1', units: { items: 300 } })),
  );
  monthIsOver();
  await invoices.finalize(acme, '2026-11', false);
  const explained = await invoices.explain(acme, '2026-11-1', '1');
  expect(explained).toMatchObject({
    quantity: '1500',
    agrees: true,
    hours: [
      {
        hour: '2026-11-21T03',
        quantity: '1200',
        byKey: [
          { keyId: 'K1', quantity: '1000' },
          { keyId: 'K2', quantity: '200' },
        ],
      },
      { hour: '2026-11-21T05', quantity: '300' },
    ],
  });
  use('2026-11-21T06', 1);
  expect(await invoices.explain(acme, '2026-11-1', '1')).toMatchObject({ quantity: '1501', agrees: false });
  await expect(invoices.explain(acme, '2026-11-1', '77')).rejects.toThrow('no line');
});

test.each(['', '2026-11-2', '2026-11-0', '2026-13', '../2026-11', '2026-11-1-1'])(
  'there is no invoice %j',
  async (id) => {
    await expect(invoices.show(acme, id)).rejects.toThrow(/there is no/);
  },
);

test('the costs of the days add up to the invoice, to the cent', async () => {
  // A third of a cent each day: rounded by itself each would be nothing.
  books = published(priceBook({ prices: [itemPrice('fashion', { kind: 'flat', price: '0.0034' })] }));
  for (let day = 1; day <= 20; day += 1) use(`2026-11-${String(day).padStart(2, '0')}T03`, 1);
  const interval = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z') };
  const whole = await costs('acme', interval, { rollups, books, now: clock.now });
  const draft = await invoices.show(acme, '2026-11');
  expect(draft.lines[0]).toMatchObject({ amount: '0.07' });
  expect(whole.total).toBe('0.07');
  expect(whole.until).toBe('2026-11-20T04:00:00.000Z');
  const halves = await Promise.all(
    [
      { from: interval.from, to: new Date('2026-11-11T00:00:00Z') },
      { from: new Date('2026-11-11T00:00:00Z'), to: interval.to },
    ].map((half) => costs('acme', half, { rollups, books, now: clock.now })),
  );
  expect(halves.reduce((sum, { total }) => sum + Number(total), 0)).toBeCloseTo(0.07, 10);
  expect(whole.rows.filter(({ unit }) => unit === 'items')).toHaveLength(20);
});

test('money paid ahead is taken by invoices as far as it goes, and given back by void ones', async () => {
  use('2026-11-21T03', 1500);
  await credits.grant('acme', '2', 'a voucher', operator);
  expect(await invoices.show(acme, '2026-11')).toMatchObject({ total: '1.50', prepaid: '1.50', due: '0.00' });
  expect(await credits.show('acme')).toMatchObject({ currency: 'EUR', balance: '2.00', grants: [{ amount: '2.00' }] });
  monthIsOver();
  expect(await invoices.finalize(acme, '2026-11', false)).toMatchObject({
    total: '1.50',
    prepaid: '1.50',
    due: '0.00',
  });
  use('2026-11-21T04', 1000);
  expect(await invoices.finalize(acme, '2026-11', false)).toMatchObject({
    total: '1.00',
    prepaid: '0.50',
    due: '0.50',
  });
  expect(await credits.show('acme')).toMatchObject({ balance: '0.00' });
  await invoices.void(acme, '2026-11-2', 'wrong', operator);
  expect(await credits.show('acme')).toMatchObject({ balance: '0.50' });
  for (const amount of ['0', '-1', '0.001', 'all']) {
    await expect(credits.grant('acme', amount, 'x', operator), amount).rejects.toThrow('amount');
  }
  books = [];
  await expect(credits.grant('acme', '1', 'x', operator)).rejects.toThrow('no currency yet');
});

test('money paid ahead is never taken twice, also not by months that are finalized at the same moment', async () => {
  books = published(
    priceBook({ validFrom: '2026-01-01T00:00:00Z', prices: [itemPrice('fashion', { kind: 'flat', price: '0.001' })] }),
  );
  const months = ['2026-07', '2026-08', '2026-09', '2026-10'];
  for (const month of months) use(`${month}-21T03`, 1500);
  await credits.grant('acme', '2', 'a voucher', operator);
  rollups.closedTo = '2026-11-01T00';
  const tries = await Promise.allSettled(months.map((month) => invoices.finalize(acme, month, false)));
  const done = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const taken = done.reduce((sum, { prepaid }) => sum + Math.round(Number(prepaid) * 100), 0);
  expect(done.length).toBeGreaterThan(0);
  expect(taken).toBeLessThanOrEqual(200);
  expect(await credits.show('acme')).toMatchObject({ balance: ((200 - taken) / 100).toFixed(2) });
});

test('what is held for an invoice stays held when another call makes the same invoice with less', async () => {
  await credits.grant('acme', '50', 'a voucher', operator);
  const euro = new Currency('EUR');
  expect(await credits.hold('acme', '2026-11-1', 5000n, euro)).toBe(5000n);
  expect(await credits.hold('acme', '2026-11-1', 1000n, euro)).toBe(1000n);
  // Either may be stored.
  expect(await credits.hold('acme', '2026-10-1', 4000n, euro)).toBe(0n);
  expect(await credits.show('acme')).toMatchObject({ balance: '0.00' });
});

test('what an invoice was about to take when its process died is free again after two minutes', async () => {
  use('2026-11-21T03', 1500);
  await credits.grant('acme', '2', 'a voucher', operator);
  const euro = new Currency('EUR');
  expect(await credits.hold('acme', '2026-10-1', 150n, euro)).toBe(150n);
  expect(await credits.hold('acme', '2026-11-1', 150n, euro)).toBe(50n);
  expect(await credits.show('acme')).toMatchObject({ balance: '0.00' });
  clock.now = new Date(clock.now.getTime() + 121_000);
  expect(await credits.show('acme')).toMatchObject({ balance: '2.00' });
});
