import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Credits } from '../../../../core/billing/credits/credits.ts';
import { DynamoDBCredits } from '../../../../core/billing/credits/dynamodb-credits.ts';
import { emptyState, type MarketplaceState } from '../../../../core/billing/export/marketplace/marketplace-state.ts';
import { costColumns } from '../../../../core/billing/focus/cost-columns.ts';
import { costRows } from '../../../../core/billing/focus/cost-rows.ts';
import { FocusFile } from '../../../../core/billing/focus/focus-file.ts';
import { focusMonth } from '../../../../core/billing/focus/focus-month.ts';
import { type FocusSources, focusTenant, type GoneTenant } from '../../../../core/billing/focus/focus-tenant.ts';
import { invoiceDetailColumns } from '../../../../core/billing/focus/invoice-detail-columns.ts';
import { invoiceDetailRows } from '../../../../core/billing/focus/invoice-detail-rows.ts';
import { DynamoDBInvoices } from '../../../../core/billing/invoice/dynamodb-invoices.ts';
import { invoiceView } from '../../../../core/billing/invoice/invoice-view.ts';
import { type BilledTenant, Invoices } from '../../../../core/billing/invoice/invoices.ts';
import type { Charge } from '../../../../core/billing/price-book/price-book.ts';
import type { PublishedPriceBook } from '../../../../core/billing/price-book/published-price-book.ts';
import { startS3 } from '../../../local/s3/start-s3.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { itemPrice, priceBook, published, RollupsInMemory, rollup, row } from '../books.ts';
import { costProblems, detailProblems, exact } from './focus-problems.ts';
import { readCsv } from './read-csv.ts';

let dynamo: TestDynamoDB;
let s3: Awaited<ReturnType<typeof startS3>>;
let folder: string;
beforeAll(async () => {
  [dynamo, s3, folder] = await Promise.all([startDynamoDB(), startS3(), mkdtemp(join(tmpdir(), 'focus-test-'))]);
  await s3.bucket('exports');
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await Promise.all([dynamo.stop(), s3.stop(), rm(folder, { recursive: true })]);
});

/** A tenant of its own, with all that bills it. */
function newWorld(books: readonly PublishedPriceBook[]) {
  const tenant: BilledTenant = {
    tenant: `t-${randomUUID()}`,
    name: 'Fine "Fabrics", Ltd.',
    plan: 'pro',
    createdAt: '2026-11-02T00:00:00.000Z',
  };
  const clock = { now: new Date('2026-11-22T10:00:00Z') };
  const now = () => clock.now;
  const rollups = new RollupsInMemory();
  const store = new DynamoDBInvoices(dynamo.client, 'billing');
  const priced = { all: async () => books };
  const credits = new Credits({
    store: new DynamoDBCredits(dynamo.client, 'billing'),
    invoices: store,
    books: priced,
    now,
  });
  const invoices = new Invoices({ store, credits, rollups, books: priced, stage: 'test', seller: undefined, now });
  const linked = { marketplace: false, told: new Map<string, MarketplaceState>() };
  const sources: FocusSources = {
    rollups,
    books,
    store,
    invoices,
    links: {
      find: async () =>
        linked.marketplace
          ? {
              tenant: tenant.tenant,
              destination: 'marketplace',
              from: '2026-11-01T00',
              account: '',
              license: '',
              linkedAt: '',
            }
          : undefined,
    },
    marketplace: { read: async () => linked.told },
    issuer: { name: 'Example Models', region: 'eu-central-1' },
    now,
  };
  const use = (hour: string, items: number, keyId = 'K1', model = 'fashion') => {
    const used = rollup(hour, row({ model, keyId, units: { requests: 1, items } }));
    rollups.hours.push({ ...used, tenant: tenant.tenant });
  };
  const monthIsOver = () => {
    clock.now = new Date('2026-12-02T00:00:00Z');
    rollups.closedTo = '2026-12-01T00';
  };
  return { tenant, clock, rollups, store, credits, invoices, linked, sources, use, monthIsOver };
}

async function filesOf({ sources, tenant }: { sources: FocusSources; tenant: BilledTenant | GoneTenant }) {
  const path = (name: string) => join(folder, `${tenant.tenant}-${name}`);
  const paths = (name: string) => ({ csv: path(`${name}.csv`), parquet: path(`${name}.parquet`) });
  const cost = new FocusFile(costColumns, paths('cost'));
  const detail = new FocusFile(invoiceDetailColumns, paths('detail'));
  for await (const invoice of focusTenant(sources, tenant, '2026-11')) {
    for (const each of costRows(invoice)) await cost.add(each);
    for (const each of invoiceDetailRows(invoice)) await detail.add(each);
  }
  await Promise.all([cost.finish(), detail.finish()]);
  const read = async (name: string) => readCsv(await readFile(path(name), 'utf8'));
  return {
    cost: await read('cost.csv'),
    detail: await read('detail.csv'),
    parquet: await readFile(path('cost.parquet')),
  };
}
type Rows = Awaited<ReturnType<typeof filesOf>>['cost'];

const sum = (rows: Rows, column: string): bigint =>
  rows.reduce((total, each) => total + exact(each[column] ?? '0'), 0n);

const charges: readonly Charge[] = [
  { kind: 'flat', price: '0.00123' },
  { kind: 'package', size: 7, price: '0.05' },
  { kind: 'graduated', tiers: [{ upTo: 10, price: '0.5' }, { upTo: 25, price: '0.3' }, { price: '0.01' }] },
  { kind: 'graduated', size: 3, tiers: [{ upTo: 4, price: '1' }, { price: '0.333333' }] },
  { kind: 'volume', tiers: [{ upTo: 15, price: '10' }, { price: '5' }] },
];
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('use' as const),
      day: fc.integer({ min: 10, max: 14 }),
      items: fc.integer({ min: 1, max: 40 }),
      key: fc.constantFrom('K1', 'K2'),
      model: fc.constantFrom('fashion', 'spam'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('finalize' as const, 'void' as const, 'over' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('credit' as const, 'grant' as const) }) },
);

test('whatever happens in a month, its files keep to the rules of FOCUS and add up to the invoices', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...charges),
      fc.integer({ min: 0, max: 12 }),
      fc.constantFrom({}, { minimum: '30' }, { commitment: { amount: '12', overageFactor: '1.2', trueUp: true } }),
      fc.array(action, { minLength: 3, maxLength: 12 }),
      fc.boolean(),
      async (charge, included, terms, actions, marketplace) => {
        const world = newWorld(published(priceBook({ prices: [itemPrice('fashion', charge, included)], ...terms })));
        const { tenant, invoices, credits, store } = world;
        world.linked.marketplace = marketplace;
        for (const [index, each] of actions.entries()) {
          const newest = (await store.list(tenant.tenant, '2026-11')).at(-1);
          const id = `2026-11-${newest?.sequence ?? 1}`;
          // What cannot be done in this state is refused, and that is all.
          const tried = async (doing: Promise<unknown>) => doing.catch(() => undefined);
          if (each.kind === 'use') world.use(`2026-11-${each.day}T0${index % 10}`, each.items, each.key, each.model);
          else if (each.kind === 'over') world.monthIsOver();
          else if (each.kind === 'finalize') await tried(invoices.finalize(tenant, '2026-11', true));
          else if (each.kind === 'void') await tried(invoices.void(tenant, id, 'a test', 'me'));
          else if (each.kind === 'credit') await tried(invoices.credit(tenant, id, '0.37', 'an outage', 'me'));
          else await credits.grant(tenant.tenant, '3.00', 'a voucher', 'me');
        }
        const { cost, detail } = await filesOf(world);
        expect([...costProblems(cost), ...detailProblems(detail)]).toEqual([]);

        const final = (await store.list(tenant.tenant, '2026-11')).map(invoiceView);
        for (const { number, due, total, state, lines } of final) {
          const of = (rows: Rows) => rows.filter(({ InvoiceId }) => InvoiceId === number);
          const payable = marketplace ? '0.00' : due;
          expect(sum(of(cost), 'BilledCost')).toBe(exact(payable));
          expect(sum(of(detail), 'BilledCost')).toBe(exact(payable));
          for (const { InvoiceDetailId, BilledCost } of of(detail)) {
            const same = of(cost).filter((each) => each['InvoiceDetailId'] === InvoiceDetailId);
            expect(sum(same, 'BilledCost')).toBe(exact(BilledCost ?? ''));
          }
          if (state === 'void') continue;
          const charged = of(cost).filter(({ ChargeCategory }) => ChargeCategory !== 'Credit');
          expect(sum(charged, 'EffectiveCost')).toBe(exact(total));
          for (const { line, kind, usage } of lines) {
            if (usage === undefined || kind === 'reversal') continue;
            const ofLine = of(cost).filter((each) => each['InvoiceDetailId'] === `${number}-${line}`);
            expect(sum(ofLine, 'ConsumedQuantity')).toBe(exact(usage.quantity));
            expect(sum(ofLine, 'ListCost')).toBe(exact(usage.exact));
          }
        }
        const open = cost.filter(({ InvoiceId }) => InvoiceId === null);
        const draft = await invoices.show(tenant, '2026-11');
        const drafted = open.filter(({ ChargeCategory }) => ChargeCategory !== 'Credit');
        expect(sum(drafted, 'EffectiveCost')).toBe(draft.lines.length === 0 ? 0n : exact(draft.total));
        // What the month consumed, whatever was said, taken back and said anew.
        const consumed = cost.filter(({ SkuId }) => SkuId === 'fashion/items');
        const items = world.rollups.hours.flatMap(({ rows }) => rows.filter(({ model }) => model === 'fashion'));
        expect(sum(consumed, 'ConsumedQuantity')).toBe(
          items.reduce((total, { units }) => total + BigInt(units.items), 0n) * 10n ** 12n,
        );
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('rows tell days, models, keys and tiers apart, and Parquet says the same as CSV, number by number', async () => {
  const world = newWorld(
    published(
      priceBook({
        prices: [
          itemPrice('fashion', { kind: 'graduated', tiers: [{ upTo: 10, price: '0.5' }, { price: '0.25' }] }, 4),
        ],
      }),
    ),
  );
  world.use('2026-11-10T01', 8, 'K1');
  world.use('2026-11-11T02', 12, 'K2');
  const { cost, parquet } = await filesOf(world);
  const rows = cost.filter(({ SkuId }) => SkuId === 'fashion/items');
  expect(
    rows.map((each) => [
      each['ChargePeriodStart'],
      each['x_KeyId'],
      each['PricingQuantity'],
      each['ListUnitPrice'],
      each['BilledCost'],
    ]),
  ).toEqual([
    ['2026-11-10T00:00:00Z', 'K1', '4', '0', '0'],
    ['2026-11-10T00:00:00Z', 'K1', '4', '0.5', '2'],
    ['2026-11-11T00:00:00Z', 'K2', '6', '0.5', '3'],
    ['2026-11-11T00:00:00Z', 'K2', '6', '0.25', '1.5'],
  ]);
  expect(rows[0]).toMatchObject({
    BillingAccountName: 'Fine "Fabrics", Ltd.',
    ResourceId: 'fashion',
    PricingUnit: 'Items',
    InvoiceId: null,
    ServiceProviderName: 'Example Models',
  });
  const read = await parquetReadObjects({ file: new Uint8Array(parquet).buffer });
  expect(read.map((each) => Object.keys(each))).toEqual(cost.map((each) => Object.keys(each)));
  for (const [index, each] of cost.entries()) {
    expect(Number(read[index]?.['ListCost'])).toBe(Number(each['ListCost']));
    expect(read[index]?.['ChargePeriodStart']).toEqual(new Date(each['ChargePeriodStart'] ?? ''));
    expect(read[index]?.['SkuPriceId']).toBe(each['SkuPriceId']);
  }
});

test('a month that the Marketplace was told of stays collected by it when the link is another, or gone', async () => {
  const world = newWorld(published(priceBook({ prices: [itemPrice('fashion', { kind: 'flat', price: '0.5' })] })));
  world.use('2026-11-10T01', 3);
  const billed = async () => sum((await filesOf(world)).cost, 'BilledCost');
  const state = {
    ...emptyState({ account: '111122223333', license: 'l-1', from: '2026-11-05T00' }),
    to: '2026-11-10T01',
  };
  const told = { ...state, planned: { '2026-11': { items: '3' } } };
  const waiting = { dimension: 'items', hour: '2026-11-10T01', quantity: 3, state: 'waiting' } as const;
  for (const [states, minor] of [
    [[], 1_500_000_000_000n],
    [[told], 0n],
    // In October, and nothing that counted.
    [[{ ...told, from: '2026-10-05T00', to: '2026-10-31T23' }], 1_500_000_000_000n],
    [[{ ...told, records: [waiting] }], 1_500_000_000_000n],
    // A renewed license that is refused goes on with a count that is not its own.
    [
      [{ ...told, carried: told.planned, before: [{ from: '2026-10-05T00', to: '2026-10-31T23' }] }],
      1_500_000_000_000n,
    ],
    [[{ ...told, carried: told.planned, before: [{ from: '2026-11-01T00', to: '2026-11-04T23' }] }], 0n],
  ] as const) {
    world.linked.told = new Map(states.map((each, index) => [String(index), each]));
    expect(await billed()).toBe(minor);
  }
});

test('a month that is written again has the invoices of tenants that were purged since, and no draft of theirs', async () => {
  const world = newWorld(
    published(priceBook({ prices: [itemPrice('fashion', { kind: 'flat', price: '0.5' })], minimum: '20' })),
  );
  world.use('2026-11-10T01', 3);
  world.monthIsOver();
  const { number, due } = await world.invoices.finalize(world.tenant, '2026-11', false);
  const before = await filesOf(world);
  const gone = { ...world, tenant: { tenant: world.tenant.tenant, gone: true as const } };
  const after = await filesOf(gone);
  expect(after).toEqual(before);
  expect(sum(after.detail, 'BilledCost')).toBe(exact(due));
  expect(new Set(after.cost.map(({ InvoiceId }) => InvoiceId))).toEqual(new Set([number]));
  // Its minimum of a month in which it used nothing.
  const rowsOf = async (tenant: BilledTenant | GoneTenant) => {
    const rows = [];
    for await (const invoice of focusTenant(world.sources, tenant, '2026-12')) rows.push(...costRows(invoice));
    return rows;
  };
  expect([(await rowsOf(world.tenant)).length, (await rowsOf(gone.tenant)).length]).toEqual([1, 0]);
});

test('a month lies in the bucket with a manifest of its digests; again, it is the same bytes', async () => {
  const world = newWorld(published(priceBook({ prices: [itemPrice('fashion', { kind: 'flat', price: '0.5' })] })));
  world.use('2026-11-10T01', 3);
  world.monthIsOver();
  await world.invoices.finalize(world.tenant, '2026-11', false);
  const target = { client: s3.operator, bucket: 'exports' };
  const other = { ...world.tenant, tenant: `a-${world.tenant.tenant}`, createdAt: '2027-01-01T00:00:00.000Z' };
  const first = await focusMonth(world.sources, [world.tenant, other], '2026-11', target);
  world.clock.now = new Date('2026-12-05T00:00:00Z');
  expect(await focusMonth(world.sources, [other, world.tenant], '2026-11', target)).toEqual(first);
  expect(first.datasets.map(({ id, rows }) => [id, rows])).toEqual([
    ['CostAndUsage', 1],
    ['InvoiceDetail', 1],
  ]);
  const bytesOf = async (Key: string) =>
    (await (await s3.operator.send(new GetObjectCommand({ Bucket: 'exports', Key }))).Body?.transformToByteArray()) ??
    new Uint8Array();
  for (const { key, sha256, bytes } of first.datasets.flatMap(({ files }) => files)) {
    const content = await bytesOf(key);
    expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
  }
  const manifest = await bytesOf('focus/1.4/manifest/billing_period=2026-11/manifest.json');
  expect(JSON.parse(Buffer.from(manifest).toString())).toEqual(first);
});
