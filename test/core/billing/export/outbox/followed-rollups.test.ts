import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExportLinks } from '../../../../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../../../../core/billing/export/outbox/outbox.ts';
import { OutboxFollowers } from '../../../../../core/billing/export/outbox/outbox-followers.ts';
import { RollupStore } from '../../../../../core/metering/close/rollup-store.ts';
import { type Cloud, startCloud, tableProperties } from '../../../../local/dynamodb/cloud.ts';

let cloud: Cloud;
let client: DynamoDB;
let links: ExportLinks;
let outbox: Outbox;
beforeAll(async () => {
  cloud = await startCloud();
  await cloud.declare('rollups');
  await cloud.declare('exports', {
    ...tableProperties,
    AttributeDefinitions: ['pk', 'sk', 'due', 'dueAt'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-due',
        KeySchema: [
          { AttributeName: 'due', KeyType: 'HASH' },
          { AttributeName: 'dueAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  client = new DynamoDB({ ...(await accessOf(cloud)), maxAttempts: 1 });
  links = new ExportLinks(client, 'exports');
  outbox = new Outbox(client, 'exports');
});
afterAll(async () => {
  client.destroy();
  await cloud.stop();
  await cloud.remove();
});

async function accessOf(started: Cloud) {
  const { config } = started.client();
  const { protocol, hostname, port } = (await config.endpoint?.()) ?? { protocol: '', hostname: '', port: 0 };
  const credentials = await config.credentials();
  return { region: 'eu-central-1', endpoint: `${protocol}//${hostname}:${port}`, credentials };
}

const hour = '2026-11-22T01';
const at = new Date('2026-11-22T02:11:00Z');
const folded = { rows: [], events: 1, idsSha256: 'a', records: 1, recordsSha256: 'a' };
const followed = () => new RollupStore(client, 'rollups', new OutboxFollowers(links, 'exports'));
const close = (tenant: string, before: Awaited<ReturnType<RollupStore['head']>>, store = followed()) =>
  store.set(tenant, hour, folded, { before, at, open: false });

test('a rollup and the rows of those who follow the tenant are written together', async () => {
  await links.put({ tenant: 'acme', destination: 'openmeter', subject: 'a', from: hour }, at);
  await links.put({ tenant: 'acme', destination: 'stripe', customer: 'cus_1', from: '2026-11-22T02' }, at);
  expect(await close('acme', undefined)).toBe(1);
  const row = { tenant: 'acme', destination: 'openmeter', hour, since: at.toISOString(), attempts: 0 };
  expect(await outbox.open('acme')).toEqual([{ ...row, version: 1, state: 'pending', at: at.toISOString() }]);
  expect(await close('acme', await followed().head('acme', hour))).toBe(2);
  expect(await outbox.open('acme')).toMatchObject([{ ...row, version: 2 }]);
});

test('a version that comes too late writes neither', async () => {
  await links.put({ tenant: 'late', destination: 'openmeter', subject: 'a', from: hour }, at);
  const store = followed();
  await close('late', undefined);
  const before = await store.head('late', hour);
  expect(await close('late', before)).toBe(2);
  expect(await close('late', before)).toBeUndefined();
  expect((await store.head('late', hour))?.version).toBe(2);
  expect(await outbox.open('late')).toMatchObject([{ version: 2 }]);
});

test('a row that was delivered waits again when its hour has another version, and only then', async () => {
  await links.put({ tenant: 'again', destination: 'openmeter', subject: 'a', from: hour }, at);
  await close('again', undefined);
  const [row] = await outbox.open('again');
  if (row === undefined) throw new Error('no row');
  await outbox.delivered(row);
  expect(await outbox.open('again')).toEqual([]);
  await outbox.want({ tenant: 'again', destination: 'openmeter', hour, version: 1 }, at);
  expect(await outbox.open('again')).toEqual([]);
  await close('again', await followed().head('again', hour));
  expect(await outbox.open('again')).toMatchObject([{ version: 2, delivered: 1 }]);
  // Told by somebody who read the older version: not the newer one.
  await outbox.delivered(row);
  expect(await outbox.open('again')).toMatchObject([{ version: 2 }]);
});

test('a rollup that was lost begins behind the version that anybody was told of', async () => {
  await links.put({ tenant: 'lost', destination: 'openmeter', subject: 'a', from: hour }, at);
  const store = followed();
  await close('lost', undefined);
  await close('lost', await store.head('lost', hour));
  await close('lost', await store.head('lost', hour));
  const key = { pk: { S: 'T#lost' }, sk: { S: `H#${hour}` } };
  await client.deleteItem({ TableName: 'rollups', Key: key });
  expect(await close('lost', undefined)).toBe(4);
  expect(await outbox.open('lost')).toMatchObject([{ version: 4 }]);
  expect((await store.head('lost', hour))?.version).toBe(4);
});

test('nothing is written for a tenant whom nobody follows', async () => {
  expect(await close('quiet', undefined)).toBe(1);
  expect(await outbox.open('quiet')).toEqual([]);
});
