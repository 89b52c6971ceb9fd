import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Exporter } from '../../../../core/billing/export/exporter.ts';
import { catchUp } from '../../../../core/billing/export/outbox/catch-up.ts';
import { usageEventOf } from '../../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { ExportWorld } from './export-world.ts';

let dynamo: TestDynamoDB;
let world: ExportWorld;
beforeEach(async () => {
  dynamo = await startDynamoDB();
  world = await new ExportWorld(dynamo.client).start();
});
afterEach(async () => {
  await world.fake.stop();
  await dynamo.stop();
});

const at = (time: string): Date => new Date(`2026-11-22T${time}Z`);

/** A tenant with three events in two hours, one of them void, closed and linked. */
async function usedBy(tenant: string): Promise<string[]> {
  const events = [
    usageEventOf(tenant, at('00:40:00'), { tokens: 5 }),
    usageEventOf(tenant, at('01:10:00'), { tokens: 7, model: 'spam' }),
    usageEventOf(tenant, at('01:20:00'), { tokens: 100 }),
  ];
  for (const event of events) await world.journal.append(event);
  const last = events[2];
  if (last === undefined) throw new Error('no event');
  const { id } = usageEventOf(tenant, at('02:00:00'));
  const { specversion, source, subject, time } = last;
  const data = { event: last.id, reason: 'a test', actor: 'me' };
  await world.journal.void({ specversion, source, subject, time, id, type: 'maas.usage.voided.v1', data }, 1);
  await world.close(tenant);
  await world.link(tenant);
  return [...events.map((event) => event.id), `${last.id}#void`];
}
const held = (tenant: string) => world.fake.events.filter(({ subject }) => subject === `customer-${tenant}`);
const ids = (tenant: string) => held(tenant).map((event) => event.id);

test('each event is told by its own id, in its hour, and one that is void is taken back', async () => {
  const expected = await usedBy('acme');
  expect(await world.run()).toMatchObject({
    tenants: 1,
    delivered: 2,
    later: 0,
    refused: 0,
    pending: 0,
    complete: true,
  });
  expect(ids('acme')).toEqual(expected);
  expect(world.fake.sum('customer-acme', 'tokens')).toBe(12);
  expect(world.fake.sum('customer-acme', 'requests')).toBe(2);
  expect(held('acme')[1]).toMatchObject({
    specversion: '1.0',
    type: 'maas.usage',
    source: 'maas/eu-west-1/test',
    time: '2026-11-22T01:10:00.000Z',
    data: { tokens: 7, requests: 1, model: 'spam', plan: 'pro', keyId: 'K000000001' },
  });
  expect(await world.outbox.open('acme')).toEqual([]);
  expect(await world.run()).toMatchObject({ tenants: 0, delivered: 0 });
});

test('an hour that changes is told again, and what is known already counts once', async () => {
  await usedBy('changing');
  await world.run();
  const late = usageEventOf('changing', at('00:50:00'), { tokens: 1 });
  await world.journal.append(late);
  world.later(60);
  await world.close('changing');
  await world.outbox.want(
    { tenant: 'changing', destination: 'openmeter', hour: '2026-11-22T00', version: 2 },
    world.now(),
  );
  expect(await world.run()).toMatchObject({ delivered: 1 });
  expect(world.fake.sum('customer-changing', 'tokens')).toBe(13);
});

test('an hour that changes when OpenMeter has forgotten it is refused, with the reason, and not told twice', async () => {
  await usedBy('ancient');
  await world.run();
  world.later(32 * 24 * 60);
  const row = { tenant: 'ancient', destination: 'openmeter', hour: '2026-11-22T00', version: 2 } as const;
  await world.outbox.want(row, world.now());
  expect(await world.run()).toMatchObject({ delivered: 0, refused: 1, rejected: 1 });
  expect(world.fake.sum('customer-ancient', 'tokens')).toBe(12);
  const [open] = await world.outbox.open('ancient');
  expect(open).toMatchObject({ state: 'rejected', reason: expect.stringContaining('by hand') });
});

/** Calls of DynamoDB and of OpenMeter, each with what happens when it has been carried out. */
function watched(done: () => void): { client: DynamoDB; fetched: typeof fetch } {
  const client = new DynamoDB({
    endpoint: dynamo.endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const watch = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const answer = await call();
    done();
    return answer;
  };
  client.middlewareStack.add((next) => (args) => watch(() => next(args)), { step: 'initialize', name: 'watch' });
  return { client, fetched: (...args) => watch(() => fetch(...args)) };
}

test('a run that dies between any two of its calls loses nothing and tells nothing twice', async () => {
  const run = async (tenant: string, dieAt: number): Promise<number> => {
    const expected = await usedBy(tenant);
    let points = 0;
    const { client, fetched } = watched(() => {
      points += 1;
      if (points >= dieAt) throw new Error('died');
    });
    await world.run(client, fetched).catch(() => undefined);
    client.destroy();
    // The lease of one that died ends by itself; whatever was put off is due by then.
    world.later(70);
    await world.run();
    world.later(70);
    await world.run();
    expect(ids(tenant), `died at point ${dieAt}`).toEqual(expected);
    expect(await world.outbox.open(tenant)).toEqual([]);
    expect(await world.links.find(tenant, 'openmeter')).not.toHaveProperty('catchUpFrom');
    world.clock.now = at('02:15:00');
    return points;
  };
  const points = await run('whole', Number.POSITIVE_INFINITY);
  expect(points).toBeGreaterThan(15);
  for (let dieAt = 1; dieAt <= points; dieAt += 1) await run(`dies-${dieAt}`, dieAt);
}, 60_000);

test('two runs at once tell each hour once', async () => {
  const expected = await usedBy('contested');
  await Promise.all([world.run(), world.run(), world.run()]);
  expect(ids('contested')).toEqual(expected);
  expect(world.fake.requests).toBe(2);
});

test('a run that stands still for longer than its lease loses it, and marks nothing that has become newer', async () => {
  await usedBy('slow');
  let overtaken = false;
  const slow = world.exporter();
  const exporter: Exporter<'openmeter'> = {
    destination: 'openmeter',
    deliver: async (...delivery) => {
      const outcomes = await slow.deliver(...delivery);
      if (!overtaken) {
        overtaken = true;
        world.later(10);
        const row = { tenant: 'slow', destination: 'openmeter', hour: '2026-11-22T00', version: 2 } as const;
        await world.outbox.want(row, world.now());
      }
      return outcomes;
    },
  };
  await world.run(world.client, fetch, exporter as Exporter);
  expect(await world.outbox.open('slow')).toMatchObject([{ hour: '2026-11-22T00', version: 2, state: 'pending' }]);
  expect(await world.run()).toMatchObject({ delivered: 1, pending: 0 });
  expect(world.fake.sum('customer-slow', 'tokens')).toBe(12);
});

test('a tenant that is refused, or breaks the exporter, stops nobody', async () => {
  for (const tenant of ['good-1', 'broken', 'refused', 'good-2']) await usedBy(tenant);
  const real = world.exporter();
  const exporter: Exporter<'openmeter'> = {
    destination: 'openmeter',
    deliver: (...delivery) => {
      const [link, rows] = delivery;
      if (link.tenant === 'broken') throw new Error('the secret of somebody');
      if (link.tenant !== 'refused') return real.deliver(...delivery);
      return Promise.resolve(rows.map(() => ({ kind: 'rejected', reason: 'no such customer' }) as const));
    },
  };
  const report = await world.run(world.client, fetch, exporter as Exporter);
  expect(report).toMatchObject({ tenants: 4, delivered: 4, refused: 2, failed: ['broken'], pending: 2, rejected: 2 });
  expect(world.fake.sum('customer-good-1', 'tokens') + world.fake.sum('customer-good-2', 'tokens')).toBe(24);
  const broken = await world.outbox.open('broken');
  expect(broken).toMatchObject([{ attempts: 1, reason: expect.not.stringContaining('secret') }, { attempts: 1 }]);
  expect(await world.outbox.open('refused')).toMatchObject([{ state: 'rejected', reason: 'no such customer' }, {}]);
  // Put right, and tried again.
  expect(await world.outbox.retry('refused', 'openmeter', world.now())).toBe(2);
  world.later(2);
  expect(await world.run()).toMatchObject({ delivered: 4, rejected: 0, pending: 0 });
});

test('a destination that is away is asked again after a minute, then ever more rarely, and as it asks', async () => {
  await usedBy('patient');
  world.fake.fail({ status: 503 }, { status: 503 });
  expect(await world.run()).toMatchObject({ later: 2, pending: 2, oldestSince: '2026-11-22T02:15:00.000Z' });
  expect(await world.run()).toMatchObject({ tenants: 0, pending: 2 });
  world.later(1);
  world.fake.fail({ status: 429, headers: { 'retry-after': '7200' } }, { status: 500, after: true });
  expect(await world.run()).toMatchObject({ later: 2 });
  const [first, second] = await world.outbox.open('patient');
  expect(first).toMatchObject({ attempts: 2, at: '2026-11-22T04:16:00.000Z', reason: 'OpenMeter answers 429' });
  expect(second).toMatchObject({ attempts: 2, at: '2026-11-22T02:18:00.000Z' });
  world.later(120);
  expect(await world.run()).toMatchObject({ delivered: 2, pending: 0 });
  expect(world.fake.sum('customer-patient', 'tokens')).toBe(12);
});

test('a token that is refused is not the fault of an hour: nothing is given up, and nobody else learns of it', async () => {
  await usedBy('locked-out');
  world.fake.fail({ status: 401 });
  expect(await world.run()).toMatchObject({ failed: ['locked-out'], refused: 0, pending: 2 });
  expect(world.errors).toMatchObject([{ message: expect.stringContaining('refuses the token') }]);
  world.later(2);
  expect(await world.run()).toMatchObject({ delivered: 2 });
});

test('what waits for a tenant that is linked no more is dropped, and comes back with the link', async () => {
  const expected = await usedBy('leaving');
  world.fake.fail({ status: 503 }, { status: 503 });
  await world.run();
  await world.links.remove('leaving', 'openmeter');
  world.later(2);
  await world.run();
  expect(await world.outbox.open('leaving')).toEqual([]);
  expect(ids('leaving')).toEqual([]);
  await world.link('leaving');
  await world.run();
  expect(ids('leaving')).toEqual(expected);
});

test('an hour whose close did not see the link is found, also when catching up took more than one run', async () => {
  await usedBy('long-since');
  // The close of an hour of before the link, which was under way when the link was made.
  const unseen = async (tokens: number): Promise<void> => {
    await world.journal.append(usageEventOf('long-since', at('00:55:00'), { tokens }));
    await world.close('long-since');
  };
  const hours = async (hourly: number): Promise<string | undefined> => {
    let left = hourly;
    const link = await world.links.find('long-since', 'openmeter');
    if (link?.catchUpFrom === undefined) return 'all';
    const { catchUpFrom } = link;
    await catchUp(world.dependencies(), { ...link, catchUpFrom }, () => left-- > 0);
    return (await world.links.find('long-since', 'openmeter'))?.catchUpFrom;
  };
  // A run has time for one hour; the next, for the rest, when no close can be under way any more that did not see the link.
  expect(await hours(1)).toBe('2026-11-22T01');
  await unseen(1);
  world.later(25);
  expect(await hours(9)).toBe('2026-11-22T00');
  await world.run();
  expect(world.fake.sum('customer-long-since', 'tokens')).toBe(13);
  expect(await world.links.find('long-since', 'openmeter')).not.toHaveProperty('catchUpFrom');
});

test('a link begins with its hour', async () => {
  await usedBy('later-on');
  await world.link('later-on', '2026-11-22T01');
  await world.run();
  expect(world.fake.sum('customer-later-on', 'tokens')).toBe(7);
});
