import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../../core/api/routes.ts';
import { DynamoDBJournal } from '../../../../core/metering/dynamodb-journal.ts';
import { AnsweredRepeats } from '../../../../core/metering/idempotency/answered-repeats.ts';
import { shardsOf } from '../../../../core/metering/journal-partitions.ts';
import { JournalReader } from '../../../../core/metering/journal-reader.ts';
import { dueHours } from '../../../../core/metering/reconcile/due-hours.ts';
import { HourTally } from '../../../../core/metering/reconcile/hour-tally.ts';
import { JournalledRequests } from '../../../../core/metering/reconcile/journalled-requests.ts';
import type { LogLine } from '../../../../core/metering/reconcile/log-lines.ts';
import { type ReconcileDependencies, reconcileHour } from '../../../../core/metering/reconcile/reconcile-hour.ts';
import type { Finding } from '../../../../core/metering/reconcile/reconciled-hour.ts';
import { Reconciliations } from '../../../../core/metering/reconcile/reconciliations.ts';
import type { UsageEvent } from '../../../../core/metering/usage-event.ts';
import { UsageVoids } from '../../../../core/metering/usage-voids.ts';
import { filterPattern } from '../../../../local/logs/filter-pattern.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { usageEventOf, uuidAt } from '../usage-event-of.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

const hour = '2026-11-22T01';
const at = (time: string, day = 22): Date => new Date(`2026-11-${day}T${time}Z`);
const infer = '/v2/models/{model}/infer';
let worlds = 0;

/** The three sources of one tenant: its journal in DynamoDB, the logs in memory. */
function world() {
  worlds += 1;
  const owner = {
    tenant: `t${worlds}`,
    createdAt: '2026-11-21T00:00:00.000Z',
    shards: [{ from: '2026-11-22T01', count: 8 }],
  } as const;
  const clock = { now: at('02:25:00') };
  const now = () => clock.now;
  const access: LogLine[] = [];
  const told: LogLine[] = [];
  const journal = new DynamoDBJournal(dynamo.client, 'usage', now);
  const reader = new JournalReader(dynamo.client, 'usage');
  const results = new Reconciliations(dynamo.client, 'reconciliations');
  const repeats = new AnsweredRepeats(dynamo.client, 'idempotency', now);
  const voids = new UsageVoids({ reader, journal, source: 's', newId: () => uuidAt(now()), now });
  const found: Finding[] = [];
  const read: LogLine[] = [];
  const other = { tenant: `other-than-${owner.tenant}`, createdAt: owner.createdAt };
  let requests = 0;
  const newId = (kind: string): string => {
    requests += 1;
    return `${kind}${requests}`;
  };
  const run = (remainingMs = () => 900_000, changes: Partial<ReconcileDependencies> = {}) =>
    reconcileHour(
      {
        logs: {
          read: async function* (group, from, to, pattern = '') {
            const lines = group === 'access' ? access : told;
            const matches = filterPattern(pattern);
            const page = lines.filter(({ ms, text }) => ms >= from.getTime() && ms < to.getTime() && matches(text));
            read.push(...page);
            yield page;
          },
        },
        accessLog: 'access',
        functionLogs: ['predict'],
        requests: new JournalledRequests(dynamo.client, 'usage'),
        journal: reader,
        repeats,
        voids,
        results,
        now,
        onFinding: (finding) => found.push(finding),
        ...changes,
      },
      [owner, other],
      hour,
      remainingMs,
    );
  return {
    owner,
    other,
    clock,
    found,
    read,
    reader,
    repeats,
    voids,
    run,
    result: () => results.find(owner.tenant, hour),
    find: (id: string) => reader.find(owner, id),
    /** A request whose event was minted at `time`, and what of it reached which source. */
    request: async (
      time: string,
      {
        status = '200',
        stored = true,
        logged = true,
        answeredAt = time,
        event = uuidAt(at(time)),
        replayed,
        repeatable,
        resourcePath = infer,
        tenant = owner.tenant,
        requestId = newId('r'),
        extendedRequestId = newId('x'),
      }: {
        status?: string | undefined;
        stored?: boolean;
        logged?: boolean;
        answeredAt?: string;
        event?: string;
        replayed?: true;
        repeatable?: true;
        resourcePath?: string;
        tenant?: string;
        requestId?: string;
        /** `-`: the gateway has none. */
        extendedRequestId?: string;
      } = {},
    ) => {
      const extended = extendedRequestId === '-' ? {} : { extendedRequestId };
      if (stored) {
        const made = usageEventOf(owner.tenant, at(time));
        const data: UsageEvent['data'] = {
          ...made.data,
          requestId,
          ...extended,
          ...(repeatable ? { repeatable } : {}),
        };
        await journal.append({ ...made, id: event, data }, shardsOf(owner, event));
      }
      const ms = at(answeredAt).getTime();
      if (status !== 'lost') {
        const line = { requestId, path: '/x', extendedRequestId, httpMethod: 'POST', resourcePath, status, tenant };
        access.push({ ms, text: JSON.stringify(line) });
      }
      if (logged) {
        const line = { message: 'request', requestId, ...extended, tenant, status: 200, event, replayed };
        told.push({ ms, text: JSON.stringify(line) });
      }
      return { requestId, extendedRequestId, event };
    },
    noise: () => {
      for (const text of ['', '{', '[]', 'null', '{"status":"200"}', '"x"']) {
        access.push({ ms: at('01:30:00').getTime(), text });
        told.push({ ms: at('01:30:00').getTime(), text });
      }
    },
  };
}

const clean = { missing: 0, doubled: 0, voided: 0, repeatable: 0, unconfirmed: 0, driftPpm: 0, findings: [] };

test('an hour in which each answer has its event, and each event its answer, has no drift', async () => {
  const { request, run, result, noise, owner } = world();
  await request('01:00:00');
  await request('01:30:00');
  // Minted before the hour ended, answered behind it, and the other way round.
  await request('01:59:59', { answeredAt: '02:00:01' });
  await request('00:59:59', { answeredAt: '01:00:01' });
  noise();
  expect(await run()).toMatchObject({ hour, answered: 3, events: 3, ...clean });
  expect(await result()).toMatchObject({ tenant: owner.tenant, hour, answered: 3, events: 3, ...clean });
});

test('an answer without an event is drift, with the request and the event that it named, and nothing is made up for it', async () => {
  const { request, run, find, found, owner } = world();
  for (let index = 0; index < 3; index += 1) await request('01:10:00');
  const lost = await request('01:20:00', { stored: false });
  const unknown = await request('01:20:00', { stored: false, logged: false });
  const expected = [
    { kind: 'missing', tenant: owner.tenant, requestId: lost.requestId, events: [lost.event], eventCount: 1 },
    { kind: 'missing', tenant: owner.tenant, requestId: unknown.requestId, events: [], eventCount: 0 },
  ];
  const total = await run();
  expect(total).toMatchObject({ answered: 5, events: 3, missing: 2, driftPpm: 400_000 });
  expect(total.findings).toHaveLength(2);
  expect(found).toEqual(expect.arrayContaining(expected));
  expect(await find(lost.event)).toBeUndefined();
});

test('an event that came later, as from the spillway, is no drift any more', async () => {
  const { request, run } = world();
  const spilled = await request('01:20:00', { stored: false });
  expect(await run()).toMatchObject({ missing: 1 });
  await request('01:20:00', { ...spilled, status: 'lost', logged: false });
  expect(await run()).toMatchObject({ answered: 1, events: 1, ...clean });
});

test('repeats that were billed before are no drift, and one that ran under the id of an earlier hour has its event there', async () => {
  const { request, run } = world();
  const first = await request('01:10:00', { repeatable: true });
  await request('01:11:00', { stored: false, event: first.event, replayed: true });
  await request('01:12:00', { event: uuidAt(at('00:00:30')), repeatable: true });
  expect(await run()).toMatchObject({ answered: 3, events: 1, ...clean });
  await request('01:13:00', { stored: false, event: uuidAt(at('00:00:30')) });
  expect(await run()).toMatchObject({ answered: 4, missing: 1 });
});

test('an event whose client was told that it failed is void, once, for a reason', async () => {
  const { request, run, find } = world();
  await request('01:10:00');
  const killed = await request('01:20:00', { status: '502', logged: false });
  const late = await request('01:20:00', { status: '504' });
  for (let again = 0; again < 2; again += 1) {
    expect(await run()).toMatchObject({ ...clean, answered: 1, events: 1, voided: 2 });
  }
  for (const { event } of [killed, late]) {
    expect((await find(event))?.voided?.data).toEqual({
      event,
      reason: 'the client got no answer',
      actor: 'reconcile',
    });
  }
});

test('an event stays whose answer can still be had, whose client went away, or of which no line tells', async () => {
  const { request, run, find } = world();
  const stay = [
    await request('01:10:00', { status: '502', repeatable: true }),
    await request('01:20:00', { status: '499' }),
    await request('01:30:00', { status: 'lost' }),
  ];
  expect(await run()).toMatchObject({ ...clean, answered: 0, events: 3, repeatable: 1, unconfirmed: 1 });
  for (const { event } of stay) expect((await find(event))?.voided).toBeUndefined();
});

test('an event whose Idempotency-Key is over is void, unless a repeat was answered with it', async () => {
  const { request, run, find, repeats, clock, owner } = world();
  const failed = { status: '502', logged: false, repeatable: true } as const;
  const forgotten = await request('01:10:00', failed);
  const repeated = await request('01:10:00', failed);
  await repeats.note(owner.tenant, repeated.event);
  // The last repeat may have begun in the last moment, and run on.
  clock.now = at('01:14:00', 23);
  expect(await run()).toMatchObject({ ...clean, events: 2, repeatable: 2 });
  clock.now = at('03:00:00', 23);
  expect(await run()).toMatchObject({ ...clean, events: 1, repeatable: 1, voided: 1 });
  expect((await find(forgotten.event))?.voided?.data).toMatchObject({ reason: 'the client got no answer' });
  expect((await find(repeated.event))?.voided).toBeUndefined();
});

test('an event that a repeat stored hours later is void when no answer of it left, though no line of its hour tells of that', async () => {
  const { request, run, find, repeats, clock, owner } = world();
  const later = { status: 'lost', logged: false, repeatable: true } as const;
  const forgotten = await request('05:00:00', { ...later, event: uuidAt(at('01:10:00')) });
  const answered = await request('05:00:00', { ...later, event: uuidAt(at('01:10:00')) });
  await repeats.note(owner.tenant, answered.event);
  clock.now = at('01:14:00', 23);
  expect(await run()).toMatchObject({ ...clean, events: 2, unconfirmed: 2 });
  clock.now = at('03:00:00', 23);
  for (let again = 0; again < 2; again += 1) {
    expect(await run()).toMatchObject({ ...clean, events: 1, unconfirmed: 1, voided: 1 });
  }
  expect((await find(forgotten.event))?.voided?.data).toMatchObject({ reason: 'the client got no answer' });
  expect((await find(answered.event))?.voided).toBeUndefined();
});

test('an event of which it is not known any more whether a repeat was answered stays', async () => {
  const { request, run, find, clock } = world();
  const { event } = await request('01:10:00', { status: '502', repeatable: true });
  clock.now = new Date(at('01:10:01').getTime() + 15 * 86_400_000);
  expect(await run()).toMatchObject({ ...clean, events: 1, repeatable: 1 });
  expect((await find(event))?.voided).toBeUndefined();
});

test('one request with two events is drift', async () => {
  const { request, run, found, voids, owner } = world();
  const { event, ...ids } = await request('01:10:00');
  const second = await request('01:10:05', { ...ids, status: 'lost', logged: false });
  expect(await run()).toMatchObject({
    ...clean,
    answered: 1,
    events: 2,
    doubled: 1,
    driftPpm: 1_000_000,
    findings: found,
  });
  const events = [event, second.event];
  expect(found).toEqual([{ kind: 'doubled', tenant: owner.tenant, requestId: ids.requestId, events, eventCount: 2 }]);
  await voids.void(owner, second.event, 'twice', 'somebody');
  expect(await run()).toMatchObject({ ...clean, answered: 1, events: 1 });
});

test('a result can be kept however many events a request has, and says how many', async () => {
  const { request, run, result } = world();
  const { event: _, ...ids } = await request('01:10:00');
  for (let index = 0; index < 14; index += 1) await request('01:10:01', { ...ids, status: 'lost', logged: false });
  await run();
  const [finding] = (await result())?.findings ?? [];
  expect(finding).toMatchObject({ kind: 'doubled', eventCount: 15 });
  expect(finding?.events).toHaveLength(10);
});

test('requests to which a client gave one id stay those that they are', async () => {
  const { request, run, find, found } = world();
  const requestId = 'always the same'.padEnd(5000, '!');
  const fine = await request('01:10:00', { requestId });
  await request('01:11:00', { requestId, stored: false });
  const killed = await request('01:12:00', { requestId, status: '502', logged: false });
  expect(await run()).toMatchObject({
    ...clean,
    answered: 2,
    events: 1,
    missing: 1,
    voided: 1,
    driftPpm: 500_000,
    findings: found,
  });
  expect((await find(fine.event))?.voided).toBeUndefined();
  expect((await find(killed.event))?.voided).toBeDefined();
  expect(found[0]?.requestId).toBe(requestId.slice(0, 128));
});

test("without an id of the gateway a tenant's own one stands in, which proves nothing to be counted twice", async () => {
  const { request, run, find, other } = world();
  const ids = { requestId: 'mine', extendedRequestId: '-' };
  const killed = await request('01:10:00', { ...ids, status: '502', logged: false });
  // Whose it is that somebody else chose the same id for does not matter.
  await request('01:10:00', { ...ids, tenant: other.tenant, stored: false });
  expect(await run()).toMatchObject({ answered: 1, missing: 1, voided: 1 });
  expect((await find(killed.event))?.voided).toBeDefined();
  await request('01:20:00', { requestId: 'twice', extendedRequestId: '-' });
  await request('01:21:00', { requestId: 'twice', extendedRequestId: '-' });
  expect(await run()).toMatchObject({ events: 2, doubled: 0 });
});

test('an answer whose event an operator voided is no drift', async () => {
  const { request, run, voids, owner } = world();
  const { event } = await request('01:10:00');
  await voids.void(owner, event, 'a gift', 'somebody');
  expect(await run()).toMatchObject({ ...clean, answered: 1, events: 0 });
});

test('only billable routes count, and each of them does', async () => {
  const { request, run } = world();
  const tenantRoutes = routes.filter(({ api, method }) => api === 'tenant' && method === 'POST');
  for (const { path } of tenantRoutes) await request('01:10:00', { resourcePath: path, stored: false });
  const billable = tenantRoutes.filter((route) => route.billable);
  expect(billable.length).toBeGreaterThan(0);
  expect(await run()).toMatchObject({ answered: billable.length, missing: billable.length });
});

test('lines of a tenant that is gone are no drift', async () => {
  const { request, run, found } = world();
  await request('01:10:00');
  await request('01:10:00', { tenant: 'purged', stored: false });
  await request('01:10:00', { tenant: 'purged', stored: false, status: '502' });
  expect(await run()).toMatchObject({ ...clean, answered: 1, events: 1 });
  expect(found).toEqual([]);
});

test('of the access log only answers, failures and closed connections are read', async () => {
  const { request, run, read } = world();
  const statuses = ['200', '204', '499', '500', '502', '504', '400', '401', '403', '404', '413', '429', '301'];
  for (const status of statuses) await request('01:10:00', { status, logged: false });
  await run();
  expect(read.map(({ text }) => (JSON.parse(text) as { status: string }).status)).toEqual(statuses.slice(0, 6));
});

test('what takes a call is done many at a time, and counted as if it were not', async () => {
  const { request, run, reader, voids } = world();
  for (let index = 0; index < 20; index += 1) {
    await request('01:10:00', { stored: false });
    await request('01:10:00', { status: '502', logged: false });
  }
  let [under, most] = [0, 0];
  const counted = async <Result>(call: Promise<Result>): Promise<Result> => {
    under += 1;
    most = Math.max(most, under);
    return call.finally(() => {
      under -= 1;
    });
  };
  const found = await run(undefined, {
    journal: { find: (...args) => counted(reader.find(...args)) },
    voids: { void: (...args) => counted(voids.void(...args)) },
  });
  expect(found).toMatchObject({ answered: 20, missing: 20, voided: 20, events: 0 });
  expect(most).toBe(16);
});

test('a run without time leaves no result that looks as if it were done', async () => {
  const { request, run, result } = world();
  await request('01:10:00');
  await expect(run(() => 10_000)).rejects.toThrow('too little time');
  expect(await result()).toBeUndefined();
});

test('whatever happens to requests, drift is the answers without events, and voided are the events of failures', async () => {
  const kinds = ['fine', 'dropped', 'killed', 'kept', 'replay', 'lost'] as const;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { maxLength: 25 }), async (happened) => {
      const { request, run, found } = world();
      const count = (kind: (typeof kinds)[number]): number => happened.filter((each) => each === kind).length;
      for (const kind of happened) {
        if (kind === 'fine') await request('01:10:00');
        if (kind === 'dropped') await request('01:10:00', { stored: false });
        if (kind === 'killed') await request('01:10:00', { status: '502', logged: false });
        if (kind === 'kept') await request('01:10:00', { status: '502', repeatable: true });
        if (kind === 'replay') await request('01:10:00', { stored: false, replayed: true });
        if (kind === 'lost') await request('01:10:00', { status: 'lost' });
      }
      for (let again = 0; again < 2; again += 1) {
        expect(await run()).toMatchObject({
          answered: count('fine') + count('dropped') + count('replay'),
          events: count('fine') + count('kept') + count('lost'),
          missing: count('dropped'),
          voided: count('killed'),
          repeatable: count('kept'),
          unconfirmed: count('lost'),
        });
      }
      expect(found).toHaveLength(2 * count('dropped'));
    }),
    { numRuns: 8 },
  );
}, 20_000);

describe('of the hours that are over', () => {
  const untried = new Map<string, string>();
  const result = (of: string, reconciledAt: Date, change: object = {}) => ({
    ...new HourTally().result(of, undefined, reconciledAt, false),
    ...change,
  });

  test('those without a result come first, then those with drift, for a day', () => {
    const now = at('03:25:00');
    const known = [
      result('2026-11-22T00', at('01:25:00'), { driftPpm: 1 }),
      result('2026-11-22T01', at('02:25:00')),
      result('2026-11-22T02', at('02:25:00'), { open: true }),
    ];
    expect(dueHours(known, untried, '2026-11-21T22', now)).toEqual({
      first: ['2026-11-21T22', '2026-11-21T23', '2026-11-22T02'],
      again: ['2026-11-22T00', '2026-11-22T01'],
      last: [],
    });
    // Not before it is over for ten minutes.
    expect(dueHours([], untried, '2026-11-22T02', at('03:09:59')).first).toEqual([]);
    expect(dueHours([], untried, '2026-11-22T03', now).first).toEqual([]);
    // Three days without a run are made good.
    expect(dueHours([], untried, '2020-01-01T00', now).first).toHaveLength(76);
    expect(
      dueHours(
        [result('2026-11-22T01', at('02:30:00', 23), { driftPpm: 1 })],
        untried,
        '2026-11-22T01',
        at('02:40:00', 23),
      ).again,
    ).toEqual([]);
  });

  test('those that a run did not get through come last, those of longest ago first', () => {
    const known = [
      result('2026-11-22T00', at('01:25:00'), { driftPpm: 1 }),
      result('2026-11-22T01', at('02:25:00')),
      result('2026-11-22T02', at('02:25:00'), { open: true }),
    ];
    const begun = new Map(
      Object.entries({
        '2026-11-21T22': at('02:25:01'),
        '2026-11-21T23': at('01:25:00'),
        '2026-11-22T00': at('02:30:00'),
        // Got through.
        '2026-11-22T01': at('02:25:00'),
        '2026-11-22T02': at('02:25:00'),
      }).map(([of, time]) => [of, time.toISOString()]),
    );
    expect(dueHours(known, begun, '2026-11-21T22', at('03:25:00'))).toEqual({
      first: ['2026-11-22T02'],
      again: ['2026-11-22T01'],
      last: ['2026-11-21T23', '2026-11-21T22', '2026-11-22T00'],
    });
  });

  test('each is looked at five times, though nothing is wrong with it: what comes late is not missed', () => {
    const [of, end] = ['2026-11-22T01', at('02:00:00').getTime()];
    const looks: number[] = [];
    for (let age = 0; age < 80; age += 1) {
      const now = new Date(end + age * 3_600_000 + 1_500_000);
      const known = looks.length === 0 ? [] : [result(of, new Date(end + (looks.at(-1) ?? 0) * 3_600_000 + 1_500_000))];
      const { first, again } = dueHours(known, untried, of, now);
      if ([...first, ...again].includes(of)) looks.push(age);
    }
    expect(looks).toEqual([0, 1, 6, 25, 52]);
  });
});
