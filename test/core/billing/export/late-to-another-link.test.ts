import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buyer, license, startMarketplace } from '../../../local/marketplace/start-marketplace.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { ExportWorld } from './export-world.ts';

let dynamo: TestDynamoDB;
let world: ExportWorld;
let marketplace: Awaited<ReturnType<typeof startMarketplace>>;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  world = await new ExportWorld(dynamo.client).start();
  marketplace = await startMarketplace();
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.fake.stop();
  await marketplace.stop();
});

const used = (tenant: string, uses: Readonly<Record<string, number>>) => world.used(tenant, uses);

test('what comes late to an hour of before the link goes to whom it was told, and is shown when nobody was', async () => {
  const link = (subject: string, from: string) =>
    world.links.put({ tenant: 'acme', destination: 'openmeter', subject, from }, world.now());
  await link('before', '2026-11-22T00');
  await used('acme', { '00:40': 5 });
  expect(await world.run()).toMatchObject({ delivered: 1 });
  await link('after', '2026-11-22T02');
  await used('acme', { '00:50': 2, '01:50': 30 });
  expect(await world.run()).toMatchObject({ delivered: 1, refused: 1 });
  expect([world.fake.sum('before', 'tokens'), world.fake.sum('after', 'tokens')]).toEqual([7, 0]);
  expect(await world.outbox.open('acme')).toMatchObject([
    { hour: '2026-11-22T01', reason: expect.stringContaining('begins with 2026-11-22T02: charge this hour by hand') },
  ]);
});

test("hours of before the first link are nobody's, whatever comes to them", async () => {
  await used('newcomer', { '00:40': 5 });
  await world.links.put(
    { tenant: 'newcomer', destination: 'openmeter', subject: 's', from: '2026-11-22T02' },
    world.now(),
  );
  await used('newcomer', { '00:50': 2 });
  expect(await world.outbox.open('newcomer')).toEqual([]);
});

test.each([
  { when: 'when it is linked already', unlinked: false },
  { when: 'while the tenant is not linked', unlinked: true },
])(
  'a renewed Marketplace license is told of what the one before left, and of what comes late to its hours $when',
  async ({ unlinked }) => {
    const tenant = `buyer-${unlinked}`;
    const exporter = world.marketplaceExporter(marketplace.client, { dimension: 'ktokens', unit: 'tokens', per: 1000 });
    const link = (arn: string, from: string) =>
      world.links.put({ tenant, destination: 'marketplace', account: buyer, license: arn, from }, world.now());
    const run = () => {
      marketplace.clock.now = world.now();
      return world.run(dynamo.client, fetch, exporter);
    };
    await link(license, '2026-11-22T00');
    await used(tenant, { '00:40': 1500 });
    expect(await run()).toMatchObject({ delivered: 1 });
    if (unlinked) await world.links.remove(tenant, 'marketplace');
    else await link(`${license}-2`, '2026-11-22T01');
    await used(tenant, { '00:50': 700, '01:50': 300 });
    if (unlinked) await link(`${license}-2`, '2026-11-22T01');
    expect(await run()).toMatchObject({ delivered: 2, pending: 0, refused: 0 });
    expect(marketplace.recorded()).toMatchObject([
      { license, quantity: 1 },
      { license: `${license}-2`, quantity: 1 },
    ]);
  },
);
