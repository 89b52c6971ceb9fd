import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../../../core/api/routes.ts';
import { DynamoDBJournal } from '../../../../core/metering/dynamodb-journal.ts';
import { shardsOf } from '../../../../core/metering/journal-partitions.ts';
import { JournalReader } from '../../../../core/metering/journal-reader.ts';
import { dueHours } from '../../../../core/metering/reconcile/due-hours.ts';
import { HourTally } from '../../../../core/metering/reconcile/hour-tally.ts';
import { JournalledRequests } from '../../../../core/metering/reconcile/journalled-requests.ts';
import type { LogLine } from '../../../../core/metering/reconcile/log-lines.ts';
import { reconcileHour } from '../../../../core/metering/reconcile/reconcile-hour.ts';
import type { Finding } from '../../../../core/metering/reconcile/reconciled-hour.ts';
import { Reconciliations } from '../../../../core/metering/reconcile/reconciliations.ts';
import type { UsageEvent } from '../../../../core/metering/usage-event.ts';
import { UsageVoids } from '../../../../core/metering/usage-voids.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { usageEventOf, uuidAt } from '../usage-event-of.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

const hour = '2026-11-22T01';
const at = (time: string): Date => new Date(`2026-11-22T${time}Z`);
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
  const now = () => at('02:25:00');
  const access: LogLine[] = [];
  const told: LogLine[] = [];
  const journal = new DynamoDBJournal(dynamo.client, 'usage', now);
  const reader = new JournalReader(dynamo.client, 'usage');
  const results = new Reconciliations(dynamo.client, 'reconciliations');
  const voids = new UsageVoids({ reader, journal, source: 's', newId: () => uuidAt(now()), now });
  const found: Finding[] = [];
  let requests = 0;
  const newRequestId = (): string => {
    requests += 1;
    return `r${requests}`;
  };
  const run = (remainingMs = () => 900_000) =>
    reconcileHour(
      {
        logs: {
          read: async function* (group, from, to) {
            const lines = group === 'access' ? access : told;
            yield lines.filter(({ ms }) => ms >= from.getTime() && ms < to.getTime());
          },
        },
        accessLog: 'access',
        functionLogs: ['predict'],
        requests: new JournalledRequests(dynamo.client, 'usage'),
        journal: reader,
        voids,
        results,
        now,
        onFinding: (finding) => found.push(finding),
      },
      [owner],
      hour,
      remainingMs,
    );
  return {
    owner,
    found,
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
        requestId = newRequestId(),
      }: {
        status?: string | undefined;
        stored?: boolean;
        logged?: boolean;
        answeredAt?: string;
        event?: string;
        replayed?: true;
        repeatable?: true;
        resourcePath?: string;
        requestId?: string;
      } = {},
    ) => {
      if (stored) {
        const made = usageEventOf(owner.tenant, at(time));
        const data: UsageEvent['data'] = { ...made.data, requestId, ...(repeatable ? { repeatable } : {}) };
        await journal.append({ ...made, id: event, data }, shardsOf(owner, event));
      }
      const ms = at(answeredAt).getTime();
      if (status !== 'lost') {
        const line = { requestId, httpMethod: 'POST', resourcePath, path: '/x', status, tenant: owner.tenant };
        access.push({ ms, text: JSON.stringify(line) });
      }
      if (logged) {
        told.push({ ms, text: JSON.stringify({ message: 'request', requestId, status: 200, event, replayed }) });
      }
      return { requestId, event };
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
    { kind: 'missing', tenant: owner.tenant, requestId: lost.requestId, events: [lost.event] },
    { kind: 'missing', tenant: owner.tenant, requestId: unknown.requestId, events: [] },
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
  await request('01:20:00', { event: spilled.event, requestId: spilled.requestId, status: 'lost', logged: false });
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

test('one request with two events is drift', async () => {
  const { request, run, found, voids, owner } = world();
  const { requestId, event } = await request('01:10:00');
  const second = await request('01:10:05', { requestId, status: 'lost', logged: false });
  expect(await run()).toMatchObject({
    ...clean,
    answered: 1,
    events: 2,
    doubled: 1,
    driftPpm: 1_000_000,
    findings: found,
  });
  expect(found).toEqual([{ kind: 'doubled', tenant: owner.tenant, requestId, events: [event, second.event] }]);
  await voids.void(owner, second.event, 'twice', 'somebody');
  expect(await run()).toMatchObject({ ...clean, answered: 1, events: 1 });
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

test('hours of the last day are due that have no result, were not over, or had drift', () => {
  const now = at('03:25:00');
  const result = (of: string, change: object = {}) => ({
    ...new HourTally().result(of, undefined, now, false),
    ...change,
  });
  const known = [
    result('2026-11-22T00', { driftPpm: 1 }),
    result('2026-11-22T01'),
    result('2026-11-22T02', { open: true }),
  ];
  expect(dueHours(known, '2026-11-21T22', now)).toEqual([
    '2026-11-21T22',
    '2026-11-21T23',
    '2026-11-22T00',
    '2026-11-22T02',
  ]);
  // Not before it is over for ten minutes.
  expect(dueHours([], '2026-11-22T02', at('03:09:59'))).toEqual([]);
  expect(dueHours([], '2020-01-01T00', now)).toHaveLength(24);
  expect(dueHours([], '2026-11-22T03', now)).toEqual([]);
});
