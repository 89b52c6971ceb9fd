import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeHour } from '../../../../core/metering/close/close-hour.ts';
import { archiveHours } from '../../../../core/metering/ledger/archive-hours.ts';
import { LedgerEvents } from '../../../../core/metering/ledger/ledger-events.ts';
import { LedgerMismatchError } from '../../../../core/metering/ledger/ledger-mismatch-error.ts';
import { LedgerPages } from '../../../../core/metering/ledger/ledger-pages.ts';
import type { HourRollup } from '../../../../core/metering/rollup.ts';
import { UsageAdjustments } from '../../../../core/metering/usage-adjustments.ts';
import { UsageVoids } from '../../../../core/metering/usage-voids.ts';
import { DynamoDBKeys } from '../../../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../../../core/tenancy/dynamodb-tenants.ts';
import { type ExportPage, TenantExport } from '../../../../core/tenancy/tenant-export.ts';
import { startS3 } from '../../../local/s3/start-s3.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { usageEventOf, uuidAt } from '../usage-event-of.ts';
import { ledgerOver } from './start-ledger.ts';

let dynamo: TestDynamoDB;
let s3: Awaited<ReturnType<typeof startS3>>;
let ledger: ReturnType<typeof ledgerOver>;
let corrections: { voids: UsageVoids; adjustments: UsageAdjustments };
const Bucket = 'ledger';
const clock = { now: new Date() };
beforeAll(async () => {
  [dynamo, s3] = await Promise.all([startDynamoDB(), startS3()]);
  await s3.bucket(Bucket);
  ledger = ledgerOver(dynamo.client, s3.operator, Bucket, clock);
  const dependencies = {
    reader: ledger.journal,
    journal: ledger.writer,
    source: 'maas/eu-west-1/test',
    newId: () => uuidAt(clock.now),
    now: () => clock.now,
  };
  corrections = { voids: new UsageVoids(dependencies), adjustments: new UsageAdjustments(dependencies) };
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await Promise.all([dynamo.stop(), s3.stop()]);
});

const at = (time: string): Date => new Date(`2026-11-${time}Z`);
const tenantOf = (tenant: string) => ({ tenant, createdAt: '2026-11-20T07:30:00.000Z' });
const append = async (tenant: string, time: string, units: Parameters<typeof usageEventOf>[2] = {}) => {
  const event = usageEventOf(tenant, at(time), units);
  await ledger.writer.append(event);
  return event;
};
const closeAt = async (tenant: string, time: string): Promise<void> => {
  clock.now = at(time);
  await ledger.close(tenantOf(tenant));
};
const bytesOf = async (Key: string): Promise<Uint8Array> =>
  (await (await s3.operator.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray()) ??
  new Uint8Array();
const linesOf = async (key: string): Promise<{ id: string; type: string }[]> =>
  gunzipSync(await bytesOf(key))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; type: string });
async function journalOf(tenant: string): Promise<{ pk: string; sk: string; expiresAt?: number }[]> {
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: 'usage', ConsistentRead: true }));
  return Items.map((item) => unmarshall(item) as { pk: string; sk: string; expiresAt?: number })
    .filter(({ pk, sk }) => pk.startsWith(`T#${tenant}#`) && !pk.endsWith('LATE') && sk !== '')
    .sort((a, b) => (a.sk < b.sk ? -1 : 1));
}
async function rollupsOf(tenant: string): Promise<HourRollup[]> {
  const found: HourRollup[] = [];
  for await (const rollup of ledger.rollups.rollups(tenant, at('20T00:00:00'), at('29T00:00:00'))) found.push(rollup);
  return found;
}
const key = (tenant: string, version: number, form = 'ndjson.gz') =>
  `usage/tenant=${tenant}/date=2026-11-20/hour=08/v${version}.${form}`;

test('an hour is archived two days after its end, whole, in both forms, and only then may leave the journal', async () => {
  clock.now = at('20T08:00:00');
  const first = await append('whole', '20T08:00:01', { items: 7 });
  const second = await append('whole', '20T08:30:00', { tokens: 2 });
  const third = await append('whole', '20T08:59:59', { items: 1 });
  await corrections.adjustments.adjust(tenantOf('whole'), first.id, { items: -3 }, 'counted twice', 'me');
  await corrections.voids.void(tenantOf('whole'), second.id, 'a test', 'me');
  await closeAt('whole', '20T10:00:00');

  clock.now = at('22T08:59:59');
  expect(await ledger.archive(tenantOf('whole'))).toMatchObject({ written: 0, complete: true, failed: [] });
  expect((await journalOf('whole')).map(({ expiresAt }) => expiresAt)).toEqual(Array(5).fill(undefined));

  await closeAt('whole', '22T09:00:00');
  expect(await ledger.archive(tenantOf('whole'))).toMatchObject({
    written: 1,
    complete: true,
    failed: [],
    lagHours: 0,
  });
  const expiresAt = at('22T09:00:00').getTime() / 1000 + 90 * 86_400;
  expect((await journalOf('whole')).map((item) => item.expiresAt)).toEqual(Array(5).fill(expiresAt));

  const lines = await linesOf(key('whole', 1));
  expect(lines.map(({ type }) => type)).toEqual([
    'maas.inference.completed.v1',
    'maas.usage.adjusted.v1',
    'maas.inference.completed.v1',
    'maas.usage.voided.v1',
    'maas.inference.completed.v1',
  ]);
  expect(lines[0]).toEqual(first);
  const file = await bytesOf(key('whole', 1, 'parquet'));
  const rows = await parquetReadObjects({ file: file.buffer as ArrayBuffer });
  expect(rows.map(({ id }) => id as string)).toEqual(lines.map(({ id }) => id));
  expect(rows[0]).toMatchObject({ model: 'fashion', items: 7n, time: at('20T08:00:01'), event: null });
  expect(rows[0]).toHaveProperty('extended_request_id', null);
  expect(rows[1]).toMatchObject({ event: first.id, items: -3n, reason: 'counted twice', model: null });

  const [rollup] = await rollupsOf('whole');
  const ids = createHash('sha256').update(`${first.id}\n${third.id}\n`).digest('hex');
  expect(rollup).toMatchObject({ events: 2, idsSha256: ids });
  for (const form of ['ndjson.gz', 'parquet']) {
    const { Metadata } = await s3.operator.send(new HeadObjectCommand({ Bucket, Key: key('whole', 1, form) }));
    const sha256 = createHash('sha256')
      .update(await bytesOf(key('whole', 1, form)))
      .digest('hex');
    expect(Metadata).toMatchObject({ 'rollup-version': '1', events: '2', 'ids-sha256': ids, sha256 });
  }
  expect(await ledger.archive(tenantOf('whole'))).toMatchObject({ written: 0, complete: true });
});

test('what comes after an hour was archived makes the next version of it; the one before stays', async () => {
  clock.now = at('20T08:10:00');
  const { id } = await append('late', '20T08:10:00', { items: 1 });
  await closeAt('late', '22T10:00:00');
  await ledger.archive(tenantOf('late'));
  clock.now = at('22T10:20:00');
  await corrections.voids.void(tenantOf('late'), id, 'found out later', 'me');
  // Until the close has counted it, the ledger waits.
  expect(await ledger.archive(tenantOf('late'))).toMatchObject({ written: 0, failed: [] });
  await closeAt('late', '22T11:00:00');
  await closeAt('late', '22T12:00:00');
  expect(await ledger.archive(tenantOf('late'))).toMatchObject({ written: 1, failed: [] });
  expect(await linesOf(key('late', 1))).toHaveLength(1);
  expect(await linesOf(key('late', 2))).toHaveLength(2);
  expect((await journalOf('late')).every(({ expiresAt }) => expiresAt !== undefined)).toBe(true);
});

test('what comes to an hour and cancels out is in the ledger too before it may leave the journal', async () => {
  clock.now = at('20T08:10:00');
  await append('cancelled', '20T08:10:00', { items: 1 });
  const { id: only } = await append('cancelled', '20T09:10:00', { items: 1 });
  await corrections.voids.void(tenantOf('cancelled'), only, 'nobody got it', 'me');
  await closeAt('cancelled', '22T10:00:00');
  await ledger.archive(tenantOf('cancelled'));
  expect(await linesOf(key('cancelled', 1).replace('08', '09'))).toHaveLength(2);
  const before = await rollupsOf('cancelled');
  expect(before.map(({ events }) => events)).toEqual([1, 0]);

  clock.now = at('22T10:20:00');
  const { id } = await append('cancelled', '20T08:11:00', { items: 7 });
  await corrections.voids.void(tenantOf('cancelled'), id, 'nobody got it', 'me');
  await closeAt('cancelled', '22T11:00:00');
  await closeAt('cancelled', '22T12:00:00');
  expect(await ledger.archive(tenantOf('cancelled'))).toMatchObject({ written: 1, failed: [] });
  expect((await linesOf(key('cancelled', 2))).map((record) => record.id)).toContain(id);
  expect(await linesOf(key('cancelled', 2))).toHaveLength(3);
  const [after] = await rollupsOf('cancelled');
  expect(after).toEqual({ ...before[0], version: 2, closedAt: after?.closedAt });
});

test('an hour that something came to since it was closed waits for the close', async () => {
  clock.now = at('20T08:10:00');
  await append('waiting', '20T08:10:00');
  await closeAt('waiting', '22T10:00:00');
  await append('waiting', '20T08:11:00');
  expect(await ledger.archive(tenantOf('waiting'))).toMatchObject({ written: 0, lagHours: 2, failed: [] });
  await closeAt('waiting', '22T12:00:00');
  expect(await ledger.archive(tenantOf('waiting'))).toMatchObject({ written: 1, lagHours: 0 });
});

test('an hour that something comes to while it is archived waits for the close, and nothing failed', async () => {
  clock.now = at('20T08:10:00');
  await append('meanwhile', '20T08:10:00');
  await closeAt('meanwhile', '22T10:00:00');
  const { rollups } = ledger;
  const archivers = {
    ...ledger.archivers,
    rollups: {
      progress: rollups.progress.bind(rollups),
      advance: rollups.advance.bind(rollups),
      head: async (tenant: string, hour: string) => {
        const head = await rollups.head(tenant, hour);
        if (head !== undefined) await append('meanwhile', '20T08:11:00');
        return head;
      },
    },
  };
  const throwing = (_: string, error: unknown) => {
    throw error;
  };
  const run = { remainingMs: () => 1e9, onFailure: throwing };
  expect(await archiveHours(archivers, [tenantOf('meanwhile')], run)).toMatchObject({ written: 0, complete: true });
  await closeAt('meanwhile', '22T11:00:00');
  await closeAt('meanwhile', '22T12:00:00');
  expect(await ledger.archive(tenantOf('meanwhile'))).toMatchObject({ written: 1, failed: [] });
  expect(await linesOf(key('meanwhile', 2))).toHaveLength(2);
});

test('a run that ends in the middle is gone on with; one tenant that cannot be archived is named, and expires nothing', async () => {
  clock.now = at('20T08:10:00');
  await append('cut', '20T08:10:00');
  await closeAt('cut', '22T10:00:00');
  // Time for the objects and not for the journal.
  const looks = [1e9, 1e9, 1e9, 1e9, 1e9].values();
  const cut = await ledger.archive(tenantOf('cut'), () => looks.next().value ?? 0);
  expect(cut).toMatchObject({ complete: false, failed: [] });
  expect(await ledger.archive(tenantOf('cut'))).toMatchObject({ complete: true });
  expect((await journalOf('cut')).every(({ expiresAt }) => expiresAt !== undefined)).toBe(true);

  clock.now = at('20T08:10:00');
  await append('wrong', '20T08:10:00');
  await closeAt('wrong', '22T10:00:00');
  // Somebody puts an event into the journal behind everybody's back.
  const event = usageEventOf('wrong', at('20T08:11:00'));
  const Item = marshall({ pk: 'T#wrong#2026112008#0', sk: event.id, event });
  await dynamo.client.putItem({ TableName: 'usage', Item });
  const { failed, errors, lagHours } = await ledger.archive(tenantOf('wrong'));
  expect(failed).toEqual(['wrong']);
  expect(errors[0]).toBeInstanceOf(LedgerMismatchError);
  expect(lagHours).toBe(0);
  expect((await journalOf('wrong')).map((item) => item.expiresAt)).toEqual([undefined, undefined]);
  expect(await ledger.index.find('wrong', '2026-11-20T08')).toBeUndefined();
});

test('an hour that takes longer than there is time left waits for another run; one that takes longer than any is named', async () => {
  clock.now = at('20T08:10:00');
  await append('long', '20T08:10:00');
  await closeAt('long', '22T10:00:00');
  await dynamo.client.updateItem({
    TableName: 'rollups',
    Key: marshall({ pk: 'T#long', sk: 'H#2026-11-20T08' }),
    UpdateExpression: 'SET records = :records',
    ExpressionAttributeValues: marshall({ ':records': 2_000_000 }),
  });
  const minutes = (of: number[]) => {
    const left = of.values();
    return () => 60_000 * (left.next().value ?? 0);
  };
  const waits = await ledger.archive(tenantOf('long'), minutes([15, 15, 15, 15, 5, 15]));
  expect(waits).toMatchObject({ written: 0, complete: false, failed: [] });
  const never = await ledger.archive(tenantOf('long'), () => 60_000);
  expect(never.failed).toEqual(['long']);
  expect(String(never.errors[0])).toContain('2026-11-20T08 of long has 2000000 records');
  expect(await ledger.archive(tenantOf('long'), () => 900_000)).toMatchObject({ written: 1 });
});

test('rollups are the same when they are made again from the ledger, also when all of them and the journal are gone', async () => {
  const tenant = { ...tenantOf('lost'), shards: [{ from: '2026-11-20T09', count: 8 as const }] };
  clock.now = at('20T08:10:00');
  for (let minute = 10; minute < 40; minute += 1) {
    await append('lost', `20T08:${minute}:00`, { items: minute, model: minute % 2 === 0 ? 'fashion' : 'spam' });
    await ledger.writer.append(usageEventOf('lost', at(`20T09:${minute}:00`), { tokens: minute }), 8);
  }
  clock.now = at('22T12:00:00');
  await ledger.close(tenant);
  await ledger.archive(tenant);
  const before = await rollupsOf('lost');
  expect(before.map(({ events }) => events)).toEqual([30, 30]);
  expect(await ledger.rebuild(tenant)).toMatchObject({ differences: [] });

  for (const table of ['usage', 'rollups']) {
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: table }));
    for (const { pk, sk } of Items) {
      if (!/^T#lost(#|$)/.test(pk?.S ?? '')) continue;
      await dynamo.client.send(new DeleteItemCommand({ TableName: table, Key: { pk, sk } as never }));
    }
  }
  expect(await rollupsOf('lost')).toEqual([]);
  const { differences } = await ledger.rebuild(tenant);
  expect(differences.map(({ hour }) => hour)).toEqual(['2026-11-20T08', '2026-11-20T09']);
  const after = await rollupsOf('lost');
  // Behind all that was told of them before they were lost.
  expect(after).toEqual(before.map((rollup, index) => ({ ...rollup, version: 2, closedAt: after[index]?.closedAt })));

  expect(await ledger.rollups.progress('lost')).toMatchObject({ archivedTo: '2026-11-22T11' });
  await ledger.close(tenant);
  expect(await ledger.archive(tenant)).toMatchObject({ written: 0, failed: [], lagHours: 0 });
  expect(await ledger.rebuild(tenant)).toMatchObject({ differences: [] });
  expect(await rollupsOf('lost')).toEqual(after);
  const noted = await ledger.index.find('lost', '2026-11-20T08');
  expect(noted).toMatchObject({ version: 1, rollupVersion: 2, events: 30, records: 30 });
  const parquet = await bytesOf(key('lost', 1, 'parquet'));
  expect(noted?.parquetSha256).toBe(createHash('sha256').update(parquet).digest('hex'));
});

test('a rollup that alone was lost is made from the journal when that has more, behind the version that was archived', async () => {
  clock.now = at('20T08:10:00');
  await append('alone', '20T08:10:00', { items: 1 });
  await closeAt('alone', '22T10:00:00');
  await ledger.archive(tenantOf('alone'));
  clock.now = at('22T10:20:00');
  await append('alone', '20T08:20:00', { items: 2 });
  await closeAt('alone', '22T12:00:00');
  await dynamo.client.deleteItem({ TableName: 'rollups', Key: marshall({ pk: 'T#alone', sk: 'H#2026-11-20T08' }) });
  expect((await ledger.rebuild(tenantOf('alone'))).differences).toHaveLength(1);
  expect(await rollupsOf('alone')).toMatchObject([{ version: 2, events: 2 }]);
  expect(await ledger.archive(tenantOf('alone'))).toMatchObject({ written: 1, failed: [] });
  expect(await linesOf(key('alone', 2))).toHaveLength(2);
});

test.each(['close', 'archive'] as const)(
  'a rebuild goes on behind what was archived, also when the %s was there between the loss and it',
  async (last) => {
    const tenant = `regressed-${last}`;
    clock.now = at('20T08:10:00');
    await append(tenant, '20T08:10:00', { items: 1 });
    await closeAt(tenant, '22T10:00:00');
    await ledger.archive(tenantOf(tenant));
    for (const hour of ['11', '12']) {
      await append(tenant, `20T08:${hour}:00`, { items: 1 });
      await closeAt(tenant, `22T${hour}:00:00`);
    }
    await closeAt(tenant, '22T12:30:00');
    await ledger.archive(tenantOf(tenant));
    expect(await rollupsOf(tenant)).toMatchObject([{ version: 3, events: 3 }]);

    await forget(tenant);
    await closeAt(tenant, '22T13:00:00');
    if (last === 'archive') await ledger.archive(tenantOf(tenant));
    expect(await rollupsOf(tenant)).toMatchObject([{ version: 1, events: 3 }]);
    expect(await ledger.rebuild(tenantOf(tenant))).toMatchObject({
      differences: [{ before: { version: 1 }, after: { version: 4, events: 3 } }],
    });
    expect(await ledger.rebuild(tenantOf(tenant))).toMatchObject({ differences: [] });
    expect(await ledger.archive(tenantOf(tenant))).toMatchObject({ written: 0, failed: [] });
  },
);

test('a correction that waits until its hour is old is in the ledger before anything leaves the journal', async () => {
  const tenant = 'aged';
  const owner = { tenant, createdAt: '2026-11-20T08:05:00.000Z' };
  clock.now = at('20T08:10:00');
  const { id } = await append(tenant, '20T08:10:00');
  await append(tenant, '20T08:20:00');
  await closeHour(ledger, owner, '2026-11-20T08', false);
  await ledger.rollups.advance(tenant, 'closedTo', '2026-11-20T09');
  clock.now = at('22T12:00:00');
  await ledger.archive(owner);
  for (const field of ['closedTo', 'archivedTo'] as const) {
    await ledger.rollups.advance(tenant, field, '2027-02-17T00');
  }
  clock.now = new Date('2027-02-17T05:00:00Z');
  await corrections.voids.void(owner, id, 'nobody got it', 'me');
  await closeHour(ledger, owner, '2026-11-20T08', false);
  await ledger.rollups.advance(tenant, 'lateSeenTo', '2027-02-18T00:00:00.000Z');
  // Something keeps the archive from it until its hour is 90 days old.
  clock.now = new Date('2027-02-19T00:10:00Z');
  expect(await ledger.archive(owner)).toMatchObject({ written: 1, complete: true, failed: [] });
  expect(await linesOf(key(tenant, 2))).toHaveLength(3);
  expect((await journalOf(tenant)).every(({ expiresAt }) => expiresAt !== undefined)).toBe(true);
  expect(await ledger.archive(owner)).toMatchObject({ written: 0, complete: true, failed: [] });

  for (const { pk, sk } of await journalOf(tenant)) {
    await dynamo.client.deleteItem({ TableName: 'usage', Key: marshall({ pk, sk }) });
  }
  const once = [1e9].values();
  const rebuilt = await ledger.rebuild(owner, '2026-11-20T08', () => once.next().value ?? 0);
  expect(rebuilt).toMatchObject({ hours: 1, differences: [] });
});

test('a correction that came too late for the ledger to have all of its hour is told of', async () => {
  const owner = { ...tenantOf('partial'), createdAt: '2026-11-20T08:05:00.000Z' };
  clock.now = at('20T08:10:00');
  const { id } = await append('partial', '20T08:10:00');
  await append('partial', '20T08:20:00');
  await closeHour(ledger, owner, '2026-11-20T08', false);
  await ledger.rollups.advance('partial', 'closedTo', '2026-11-20T09');
  clock.now = at('22T12:00:00');
  await ledger.archive(owner);
  await ledger.rollups.advance('partial', 'lateSeenTo', '2027-02-22T00:00:00.000Z');
  clock.now = new Date('2027-02-17T05:00:00Z');
  await corrections.voids.void(owner, id, 'nobody got it', 'me');
  await closeHour(ledger, owner, '2026-11-20T08', false);
  const [first] = await journalOf('partial');
  await dynamo.client.deleteItem({ TableName: 'usage', Key: marshall({ pk: first?.pk, sk: first?.sk }) });
  clock.now = new Date('2027-02-22T01:00:00Z');
  const { errors } = await ledger.archive(owner);
  expect(errors[0]).toBeInstanceOf(LedgerMismatchError);
  expect(await ledger.index.find('partial', '2026-11-20T08')).toMatchObject({ version: 1 });
});

/** Loses all rollups of a tenant, with all that was noted of the ledger. */
async function forget(tenant: string): Promise<void> {
  const { Items = [] } = await dynamo.client.scan({ TableName: 'rollups' });
  for (const { pk, sk } of Items) {
    if (pk?.S === `T#${tenant}`) await dynamo.client.deleteItem({ TableName: 'rollups', Key: { pk, sk } as never });
  }
}

/** Archives an hour of a tenant, and forgets that it was, as a run does that dies before it has noted anything. */
async function archiveAndDie(tenant: string): Promise<void> {
  clock.now = at('20T08:10:00');
  await append(tenant, '20T08:10:00', { items: 5 });
  await closeAt(tenant, '22T12:00:00');
  await ledger.archive(tenantOf(tenant));
  for (const sk of ['A#2026-11-20T08', 'CURSOR']) {
    await dynamo.client.deleteItem({ TableName: 'rollups', Key: marshall({ pk: `T#${tenant}`, sk }) });
  }
  await ledger.close(tenantOf(tenant));
}

test('objects that a dead run left in other bytes are taken as they are when they say the same', async () => {
  await archiveAndDie('adopted');
  const Key = key('adopted', 1);
  const Body = gzipSync(gunzipSync(await bytesOf(Key)), { level: 1 });
  const sha256 = createHash('sha256').update(Body).digest('hex');
  const { Metadata } = await s3.operator.send(new HeadObjectCommand({ Bucket, Key }));
  expect(Metadata?.['sha256']).not.toBe(sha256);
  await s3.operator.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { ...Metadata, sha256 } }));
  expect(await ledger.archive(tenantOf('adopted'))).toMatchObject({ written: 1, failed: [] });
  expect(await ledger.index.find('adopted', '2026-11-20T08')).toMatchObject({ version: 1, sha256, bytes: Body.length });
  expect(await ledger.rebuild(tenantOf('adopted'))).toMatchObject({ differences: [] });
  expect(Buffer.from(await bytesOf(Key))).toEqual(Body);
});

test('objects that say something else, or claim to say the same, stay, and the hour goes under the next version', async () => {
  for (const [tenant, change] of [
    ['foreign', { 'rows-sha256': 'a' }],
    ['forged', {}],
  ] as const) {
    await archiveAndDie(tenant);
    const Key = key(tenant, 1);
    const Body = gzipSync(
      gunzipSync(await bytesOf(Key))
        .toString()
        .replace('"items":5', '"items":6'),
    );
    const sha256 = createHash('sha256').update(Body).digest('hex');
    const { Metadata } = await s3.operator.send(new HeadObjectCommand({ Bucket, Key }));
    await s3.operator.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { ...Metadata, ...change, sha256 } }));
    expect(await ledger.archive(tenantOf(tenant))).toMatchObject({ written: 1, failed: [] });
    expect(await ledger.index.find(tenant, '2026-11-20T08')).toMatchObject({ version: 2, rollupVersion: 1 });
    // What lies there may have been told as the first version.
    expect(await ledger.rebuild(tenantOf(tenant))).toMatchObject({
      differences: [{ after: { version: 3, events: 1 } }],
    });
    expect(await ledger.rebuild(tenantOf(tenant))).toMatchObject({ differences: [] });
    expect(Buffer.from(await bytesOf(Key))).toEqual(Body);
    // What comes late goes behind both.
    clock.now = at('22T12:20:00');
    await append(tenant, '20T08:11:00');
    await closeAt(tenant, '22T13:00:00');
    await closeAt(tenant, '22T14:00:00');
    expect(await ledger.archive(tenantOf(tenant))).toMatchObject({ written: 1, failed: [] });
    expect(await ledger.index.find(tenant, '2026-11-20T08')).toMatchObject({ version: 4, rollupVersion: 4 });
  }
});

test('what is left of an hour that was archived long ago is not taken for all of it when nobody knows that it was', async () => {
  clock.now = at('20T08:10:00');
  await append('leaving', '20T08:10:00');
  const { id } = await append('leaving', '20T08:20:00');
  await closeAt('leaving', '22T12:00:00');
  await ledger.archive(tenantOf('leaving'));
  await forget('leaving');
  await dynamo.client.deleteItem({ TableName: 'usage', Key: marshall({ pk: 'T#leaving#2026112008#0', sk: id }) });
  const owner = { ...tenantOf('leaving'), createdAt: '2026-11-20T08:05:00.000Z' };
  clock.now = new Date('2027-02-19T00:00:00Z');
  expect(await closeHour(ledger, owner, '2026-11-20T08', false)).toMatchObject({ before: undefined, after: undefined });
  expect(await rollupsOf('leaving')).toEqual([]);
  await ledger.rollups.advance('leaving', 'closedTo', '2026-11-20T09');
  const { errors } = await ledger.archive(owner);
  expect(String(errors[0])).toContain('rebuild it from the ledger');
  expect(await ledger.index.find('leaving', '2026-11-20T08')).toBeUndefined();
  await ledger.rebuild(owner, '2026-11-20T08');
  expect(await rollupsOf('leaving')).toMatchObject([{ events: 2 }]);
});

test('a rollup that was tampered with is made right from the ledger when its events have left the journal', async () => {
  clock.now = at('20T08:10:00');
  const { id } = await append('altered', '20T08:10:00', { items: 5 });
  await closeAt('altered', '22T12:00:00');
  await ledger.archive(tenantOf('altered'));
  const [rollup] = await rollupsOf('altered');
  const { pk, sk } = { pk: 'T#altered', sk: 'H#2026-11-20T08' };
  const rows = rollup?.rows.map((row) => ({ ...row, units: { ...row.units, items: 5000 } }));
  await dynamo.client.updateItem({
    TableName: 'rollups',
    Key: marshall({ pk, sk }),
    UpdateExpression: 'SET #rows = :rows, rowsSha256 = :sha',
    ExpressionAttributeNames: { '#rows': 'rows' },
    ExpressionAttributeValues: marshall({
      ':rows': JSON.stringify(rows),
      ':sha': createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
    }),
  });
  for (const item of await journalOf('altered')) {
    const key = marshall({ pk: 'T#altered#2026112008#0', sk: item.sk });
    await dynamo.client.deleteItem({ TableName: 'usage', Key: key });
  }
  clock.now = new Date('2027-03-01T00:00:00Z');
  expect((await ledger.rebuild(tenantOf('altered'), '2026-11-20T08')).differences).toHaveLength(1);
  expect(await rollupsOf('altered')).toMatchObject([{ version: 2, rows: [{ units: { items: 5 } }] }]);

  const events = new LedgerEvents({ index: ledger.index, reader: ledger.reader, now: () => clock.now });
  expect(await events.find('altered', id)).toMatchObject({ event: { id }, adjustments: [] });
  expect(await events.find('whole', id)).toBeUndefined();
});

test('an object that was changed or taken away is refused, and changes no rollup', async () => {
  for (const [tenant, change] of [
    ['bytes', (bytes: Uint8Array) => bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1)],
    ['longer', (bytes: Uint8Array) => Buffer.concat([bytes, bytes])],
  ] as const) {
    clock.now = at('20T08:10:00');
    await append(tenant, '20T08:10:00', { items: 5 });
    await closeAt(tenant, '22T12:00:00');
    await ledger.archive(tenantOf(tenant));
    const before = await rollupsOf(tenant);
    const Body = change(await bytesOf(key(tenant, 1)));
    await s3.operator.send(new PutObjectCommand({ Bucket, Key: key(tenant, 1), Body }));
    await expect(ledger.rebuild(tenantOf(tenant))).rejects.toThrow(LedgerMismatchError);
    expect(await rollupsOf(tenant)).toEqual(before);
  }
  await ledger.index.note('gone', {
    ...{ hour: '2026-11-20T08', version: 3, rollupVersion: 3, events: 1, idsSha256: '', rowsSha256: '' },
    ...{ records: 1, recordsSha256: '' },
    ...{ bytes: 1, sha256: '', parquetSha256: '', archivedAt: '' },
  });
  clock.now = at('22T12:00:00');
  await ledger.close(tenantOf('gone'));
  await expect(ledger.rebuild(tenantOf('gone'))).rejects.toThrow('is missing from the ledger');
});

test('an export has what left the journal, and what is in it, each once, also when an hour is cut into pages', async () => {
  const { tenant, createdAt } = tenantOf('exported');
  await dynamo.client.send(
    new PutItemCommand({
      TableName: 'tenants',
      Item: marshall({ tenant, createdAt, name: 'exported', plan: 'pro', status: 'active' }),
    }),
  );
  clock.now = at('20T08:00:00');
  const events: string[] = [];
  for (let minute = 10; minute < 15; minute += 1) events.push((await append(tenant, `20T08:${minute}:00`)).id);
  await closeAt(tenant, '22T12:00:00');
  await ledger.archive(tenantOf(tenant));
  // As time to live does it, and not in the order of time.
  for (const { pk, sk } of (await journalOf(tenant)).slice(1)) {
    await dynamo.client.send(new DeleteItemCommand({ TableName: 'usage', Key: marshall({ pk, sk }) }));
  }
  clock.now = new Date('2027-02-25T12:00:30Z');
  const late = usageEventOf(tenant, new Date('2027-02-25T12:00:29Z'));
  await ledger.writer.append(late);

  const pages = new LedgerPages({ index: ledger.index, reader: ledger.reader, now: () => clock.now });
  const from = async (after: string | undefined, max: number): Promise<ExportPage> =>
    new TenantExport({
      client: dynamo.client,
      usageTable: 'usage',
      tenants: new DynamoDBTenants(dynamo.client, 'tenants'),
      keys: new DynamoDBKeys(dynamo.client, 'keys'),
      ledger: { page: (owner, hour, skipped) => pages.page(owner, hour, skipped, max) },
      now: () => clock.now,
    }).page(tenant, after, () => 28_000);
  // The last page of the hour is full, and the last there is.
  const found: ExportPage[] = [await from(undefined, 1)];
  for (let next = found[0]?.next; next !== undefined; next = found.at(-1)?.next) found.push(await from(next, 1));
  expect(found).toHaveLength(5);
  const records = found.flatMap((page) => page.records);
  expect(records.map(({ type }) => type)).toEqual(['tenant', ...Array(6).fill('usage')]);
  expect(records.slice(1).map(({ data }) => (data as { id: string }).id)).toEqual([...events, late.id]);
}, 60_000);
