import type { DynamoDB, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeHour } from '../../../../core/metering/close/close-hour.ts';
import { closeHours } from '../../../../core/metering/close/close-hours.ts';
import { foldHour } from '../../../../core/metering/close/fold-hour.ts';
import { rebuildHours } from '../../../../core/metering/close/rebuild-hours.ts';
import { RollupStore } from '../../../../core/metering/close/rollup-store.ts';
import { DynamoDBJournal } from '../../../../core/metering/dynamodb-journal.ts';
import { JournalReader } from '../../../../core/metering/journal-reader.ts';
import type { HourRollup } from '../../../../core/metering/rollup.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { usageEventOf } from '../usage-event-of.ts';

let dynamo: TestDynamoDB;
let journal: DynamoDBJournal;
let closers: { journal: JournalReader; rollups: RollupStore; now: () => Date };
const clock = { now: new Date() };
beforeAll(async () => {
  dynamo = await startDynamoDB();
  const now = () => clock.now;
  journal = new DynamoDBJournal(dynamo.client, 'usage', now);
  closers = {
    journal: new JournalReader(dynamo.client, 'usage'),
    rollups: new RollupStore(dynamo.client, 'rollups'),
    now,
  };
});
afterAll(() => dynamo.stop());

const at = (time: string): Date => new Date(`2026-11-22T${time}Z`);
const tenantOf = (tenant: string) => ({ tenant, createdAt: '2026-11-22T00:30:00.000Z' });
const run = async (tenants: readonly { tenant: string; createdAt: string }[], remainingMs = () => 60_000) => {
  const errors: unknown[] = [];
  const report = await closeHours(closers, tenants, { remainingMs, onFailure: (_, error) => errors.push(error) });
  return { ...report, errors };
};
async function rollups(tenant: string): Promise<HourRollup[]> {
  const found: HourRollup[] = [];
  for await (const rollup of closers.rollups.rollups(tenant, at('00:00:00'), new Date('2026-11-24T00:00:00Z')))
    found.push(rollup);
  return found;
}
const append = async (tenant: string, time: string, units: Parameters<typeof usageEventOf>[2] = {}) => {
  const event = usageEventOf(tenant, at(time), units);
  await journal.append(event);
  return event;
};

test('an hour is closed ten minutes after its end, and not before', async () => {
  clock.now = at('01:59:59');
  await append('patient', '01:59:58', { items: 2, tokens: 5 });
  clock.now = at('02:09:59.999');
  await run([tenantOf('patient')]);
  expect(await rollups('patient')).toEqual([]);
  clock.now = at('02:10:00');
  expect(await run([tenantOf('patient')])).toMatchObject({ tenants: 1, written: 1, failed: [], complete: true });
  expect(await rollups('patient')).toEqual([
    {
      tenant: 'patient',
      hour: '2026-11-22T01',
      version: 1,
      events: 1,
      idsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      closedAt: '2026-11-22T02:10:00.000Z',
      rows: [
        {
          model: 'fashion',
          modelVersion: '1',
          keyId: 'K000000001',
          plan: 'pro',
          hardware: 'lambda-cpu',
          units: expect.objectContaining({ requests: 1, items: 2, tokens: 5, bytesOut: 0 }),
        },
      ],
    },
  ]);
});

test('closing again changes nothing; what comes late makes the next version, once', async () => {
  clock.now = at('01:30:00');
  await append('late', '01:30:00', { items: 1 });
  clock.now = at('02:10:00');
  await run([tenantOf('late')]);
  const [first] = await rollups('late');
  clock.now = at('03:10:00');
  expect(await run([tenantOf('late')])).toMatchObject({ written: 0 });
  expect(await rollups('late')).toEqual([first]);

  clock.now = at('03:20:00');
  await append('late', '01:45:00', { items: 10 });
  clock.now = at('04:10:00');
  expect(await run([tenantOf('late')])).toMatchObject({ written: 1 });
  clock.now = at('05:10:00');
  expect(await run([tenantOf('late')])).toMatchObject({ written: 0 });
  const [second] = await rollups('late');
  expect(second).toMatchObject({ version: 2, events: 2, closedAt: '2026-11-22T04:10:00.000Z' });
  expect(second?.rows[0]?.units.items).toBe(11);
});

test('an hour that a void leaves empty stays, with nothing in it', async () => {
  clock.now = at('01:30:00');
  const { id } = await append('emptied', '01:30:00', { items: 1 });
  clock.now = at('02:10:00');
  await run([tenantOf('emptied')]);
  const voided = { event: id, reason: 'a test', actor: 'me' };
  const { id: voidId } = usageEventOf('emptied', clock.now);
  const base = {
    specversion: '1.0',
    type: 'maas.usage.voided.v1',
    id: voidId,
    source: 's',
    subject: 'emptied',
    time: '',
  } as const;
  expect(await journal.void({ ...base, data: voided }, 1)).toBe('stored');
  expect(await journal.void({ ...base, data: { ...voided, reason: 'another' } }, 1)).toBe('duplicate');
  await run([tenantOf('emptied')]);
  expect(await rollups('emptied')).toMatchObject([{ version: 2, events: 0, rows: [] }]);
});

test('rows are one for each model, version, key, plan, hardware and price book, in order', async () => {
  clock.now = at('01:30:00');
  const event = (change: object) => {
    const made = usageEventOf('rows', at('01:30:00'), { items: 1 });
    return { ...made, data: { ...made.data, ...change } };
  };
  const changes = [
    {},
    { priceBook: '7' },
    { model: 'spam' },
    { modelVersion: '2' },
    { keyId: 'K000000002' },
    { plan: 'free' },
    { hardware: 'ml.g5.xlarge' },
  ];
  for (const change of [...changes, ...changes]) await journal.append(event(change));
  const folded = await foldHour(closers.journal, { tenant: 'rows' }, '2026-11-22T01');
  expect(folded.rows).toHaveLength(changes.length);
  expect(folded.rows.every(({ units }) => units.items === 2 && units.requests === 2)).toBe(true);
  expect(folded).toEqual(await foldHour(closers.journal, { tenant: 'rows' }, '2026-11-22T01'));
  expect(folded.rows.map(({ model }) => model)).toEqual([...folded.rows.map(({ model }) => model)].sort());
});

test('an hour with more rows than an item holds is kept whole, in every version', async () => {
  clock.now = at('01:30:00');
  const many = (from: number, to: number) =>
    Promise.all(
      Array.from({ length: to - from }, (_, index) =>
        append('wide', '01:30:00', { keyId: `K${from + index}`.padEnd(1000, 'x'), items: 1 }),
      ),
    );
  await many(0, 320);
  clock.now = at('02:10:00');
  await run([tenantOf('wide')]);
  expect((await rollups('wide'))[0]?.rows).toHaveLength(320);
  await many(320, 340);
  await append('wide', '02:01:00', { items: 3 });
  clock.now = at('03:10:00');
  await run([tenantOf('wide')]);
  const [wide, narrow] = await rollups('wide');
  expect(wide).toMatchObject({ version: 2, events: 340 });
  expect(new Set(wide?.rows.map(({ keyId }) => keyId)).size).toBe(340);
  expect(narrow).toMatchObject({ hour: '2026-11-22T02', events: 1 });
}, 30_000);

test('of two that make a large rollup at once, one is kept, whole; what the other wrote and what was before it leaves', async () => {
  clock.now = at('01:30:00');
  const { data } = usageEventOf('raced', clock.now);
  const rows = Array.from({ length: 320 }, (_, index) => ({ ...data, keyId: `K${index}`.padEnd(1000, 'x') }));
  const few = { ...(await foldHour(closers.journal, { tenant: 'raced' }, '2026-11-22T01')), rows };
  const more = { ...few, rows: few.rows.map((row) => ({ ...row, units: { ...row.units, items: 2 } })) };
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let waiting = 0;
  const client = Object.create(dynamo.client, {
    putItem: {
      value: async (input: PutItemCommandInput) => {
        if (input.Item?.['sk']?.S?.startsWith('H#') === true) {
          waiting += 1;
          if (waiting === 2) release();
          await released;
        }
        return dynamo.client.putItem(input);
      },
    },
  }) as DynamoDB;
  const set = async (folded: typeof few) =>
    new RollupStore(client, 'rollups').set('raced', '2026-11-22T01', folded, {
      before: await closers.rollups.head('raced', '2026-11-22T01'),
      at: clock.now,
      open: false,
    });
  const versions = await Promise.all([set(few), set(more)]);
  expect(versions.toSorted()).toEqual([1, undefined]);
  const [kept] = await rollups('raced');
  expect(kept?.rows).toEqual(versions[0] === 1 ? few.rows : more.rows);

  const parts = async () => {
    const { Items = [] } = await dynamo.client.scan({ TableName: 'rollups', ConsistentRead: true });
    return Items.map((item) => unmarshall(item) as { pk: string; sk: string; expiresAt?: number }).filter(
      ({ pk, sk }) => pk === 'T#raced' && sk.startsWith('P#'),
    );
  };
  const staying = async () => (await parts()).filter(({ expiresAt }) => expiresAt === undefined);
  expect((await parts()).length).toBe(2 * (await staying()).length);
  const last = (await set({ ...few, rows: few.rows.slice(1) })) ?? 0;
  expect(last).toBe(2);
  expect(new Set((await staying()).map(({ sk }) => sk.split('#')[3]))).toEqual(new Set(['00000002']));
  expect((await rollups('raced'))[0]?.rows).toHaveLength(319);
}, 30_000);

test('a rollup whose rows are not what was written is refused by who reads it, and made again', async () => {
  clock.now = at('01:30:00');
  await append('damaged', '01:30:00', { items: 5 });
  clock.now = at('02:10:00');
  await run([tenantOf('damaged')]);
  const [right] = await rollups('damaged');
  await dynamo.client.updateItem({
    TableName: 'rollups',
    Key: marshall({ pk: 'T#damaged', sk: 'H#2026-11-22T01' }),
    UpdateExpression: 'SET #rows = :rows',
    ExpressionAttributeNames: { '#rows': 'rows' },
    ExpressionAttributeValues: marshall({ ':rows': '[]' }),
  });
  await expect(rollups('damaged')).rejects.toThrow('not what was written');
  const { differences } = await rebuildHours(closers, tenantOf('damaged'), undefined, () => 60_000);
  expect(differences).toHaveLength(1);
  expect(await rollups('damaged')).toEqual([{ ...right, version: 2 }]);
});

test('an older reading of the journal never replaces a newer one', async () => {
  clock.now = at('01:30:00');
  await append('slow', '01:30:00');
  const reader = closers.journal;
  const { promise: read, resolve: wasRead } = Promise.withResolvers<void>();
  const { promise: overtaken, resolve: overtake } = Promise.withResolvers<void>();
  let first = true;
  const slow = {
    ...closers,
    journal: {
      lateHours: reader.lateHours.bind(reader),
      recorded: async function* (partition: string, from: Date, to: Date) {
        for await (const page of reader.recorded(partition, from, to)) yield page;
        wasRead();
        if (first) await overtaken;
        first = false;
      },
    },
  };
  const slowly = closeHour(slow, { tenant: 'slow' }, '2026-11-22T01', false);
  await read;
  await append('slow', '01:31:00');
  await closeHour(closers, { tenant: 'slow' }, '2026-11-22T01', false);
  overtake();
  expect((await slowly).after).toEqual(expect.objectContaining({ version: 1, events: 2 }));
  expect(await rollups('slow')).toMatchObject([{ version: 1, events: 2 }]);
});

test('an open hour is added up on demand, marked so, and closed later like any other', async () => {
  clock.now = at('01:30:00');
  await append('eager', '01:30:00');
  const open = () =>
    closeHours(closers, [tenantOf('eager')], {
      openHours: true,
      remainingMs: () => 60_000,
      onFailure: () => undefined,
    });
  await open();
  expect(await rollups('eager')).toMatchObject([{ version: 1, events: 1, open: true }]);
  await append('eager', '01:30:01');
  await open();
  expect(await rollups('eager')).toMatchObject([{ version: 2, events: 2, open: true }]);
  clock.now = at('02:10:00');
  await run([tenantOf('eager')]);
  const [closed] = await rollups('eager');
  expect(closed).toMatchObject({ version: 3, events: 2 });
  expect(closed).not.toHaveProperty('open');
});

test('a tenant that cannot be closed stops nobody, and is named', async () => {
  clock.now = at('01:30:00');
  await append('bad', '01:30:00');
  await append('good', '01:30:00');
  const broken = usageEventOf('bad', at('01:31:00'));
  await journal.append({ ...broken, data: {} as typeof broken.data });
  clock.now = at('02:10:00');
  const report = await run([tenantOf('bad'), tenantOf('good')]);
  expect(report).toMatchObject({ tenants: 2, failed: ['bad'], written: 1 });
  expect(report.errors).toHaveLength(1);
  expect(await rollups('good')).toHaveLength(1);
});

test('a run that has no time left says so, and the next goes on', async () => {
  clock.now = at('01:30:00');
  await append('short', '01:30:00');
  clock.now = at('05:10:00');
  let asked = 0;
  const dwindling = () => (asked++ < 3 ? 60_000 : 4000);
  expect(await run([tenantOf('short')], dwindling)).toMatchObject({ complete: false });
  expect(await run([tenantOf('short')])).toMatchObject({ complete: true });
  expect(await rollups('short')).toMatchObject([{ hour: '2026-11-22T01', events: 1 }]);
});

test('a rebuild finds nothing unless somebody wrote into the table, and repairs that', async () => {
  clock.now = at('01:30:00');
  await append('tampered', '01:30:00', { items: 5 });
  await append('tampered', '01:31:00', { items: 6 });
  clock.now = at('02:10:00');
  await run([tenantOf('tampered')]);
  const rebuild = () => rebuildHours(closers, tenantOf('tampered'), undefined, () => 60_000);
  expect(await rebuild()).toEqual({ tenant: 'tampered', hours: 2, differences: [] });
  const [right] = await rollups('tampered');
  const before = await closers.rollups.head('tampered', '2026-11-22T01');
  const wrong = { rows: [], events: 0, idsSha256: 'nothing', records: 0, recordsSha256: 'nothing' };
  await closers.rollups.set('tampered', '2026-11-22T01', wrong, { before, at: clock.now, open: false });
  expect(await rebuild()).toMatchObject({
    differences: [{ hour: '2026-11-22T01', before: { version: 2, events: 0 }, after: { version: 3, events: 2 } }],
  });
  expect(await rollups('tampered')).toEqual([{ ...right, version: 3 }]);
  expect(await rebuild()).toMatchObject({ differences: [] });
  expect(await rebuildHours(closers, tenantOf('tampered'), undefined, () => 1000)).toMatchObject({
    hours: 0,
    next: '2026-11-22T00',
  });
});
