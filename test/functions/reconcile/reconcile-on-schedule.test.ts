import { afterAll, beforeAll, expect, test } from 'vitest';
import { Reconciliations } from '../../../core/metering/reconcile/reconciliations.ts';
import type { JournalledRequest } from '../../../core/metering/reconcile/request-record.ts';
import { reconcileOnSchedule } from '../../../functions/reconcile/reconcile-on-schedule.ts';
import { uuidAt } from '../../core/metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../../core/storage/dynamodb.ts';
import { recordingLogger } from '../recording-logger.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

const owner = { tenant: 'acme', createdAt: '2026-11-22T01:30:00.000Z' };
const answer = { httpMethod: 'POST', resourcePath: '/v2/models/{model}/infer', tenant: 'acme' };
const ms = Date.parse('2026-11-22T02:30:00Z');
const event = uuidAt(new Date(ms));

/** Runs over an access log and a journal in memory; the results are in DynamoDB. */
async function world(access: readonly object[], journalled: readonly JournalledRequest[]) {
  for (const hour of ['01', '02', '03', '04']) {
    for (const pk of ['ALL', 'BEGUN']) {
      const Key = { pk: { S: pk }, sk: { S: `2026-11-22T${hour}` } };
      await dynamo.client.deleteItem({ TableName: 'reconciliations', Key });
    }
  }
  const clock = { now: new Date('2026-11-22T03:25:00Z'), remainingMs: 900_000 };
  const now = () => clock.now;
  const { logger, lines } = recordingLogger();
  const results = new Reconciliations(dynamo.client, 'reconciliations');
  const metrics: Readonly<Record<string, unknown>>[] = [];
  const read: string[] = [];
  const voided: string[] = [];
  const large: string[] = [];
  const run = reconcileOnSchedule({
    reconciling: {
      logs: {
        read: async function* (group, from, to) {
          if (group !== 'access') return;
          const hour = new Date(from.getTime() + 180_000).toISOString().slice(11, 13);
          read.push(hour);
          if (large.includes(hour)) clock.remainingMs = 10_000;
          const lines = access.map((line) => ({ ms, text: JSON.stringify({ ...answer, ...line }) }));
          yield ms < from.getTime() || ms >= to.getTime() ? [] : lines;
        },
      },
      accessLog: 'access',
      functionLogs: ['predict'],
      requests: {
        read: async function* (_, from, to) {
          if (ms >= from.getTime() && ms < to.getTime()) yield [...journalled];
        },
      },
      journal: { find: async () => undefined },
      repeats: { mayBeAnswered: async () => true },
      voids: {
        void: async (_, id) => {
          voided.push(id);
        },
      },
      now,
    },
    results,
    tenants: {
      list: async () => [
        { ...owner, name: 'Acme', plan: 'pro', status: 'active', gatewayKeyId: '', gatewayKeyValue: '' },
      ],
    },
    logger,
    stage: 'dev',
    writeMetric: (line) => metrics.push(JSON.parse(line)),
  });
  return {
    clock,
    /** Hours that take all the time that there is. */
    large,
    lines,
    metrics,
    read,
    results,
    voided,
    run: (sent = {}) => run(sent, { getRemainingTimeInMillis: () => clock.remainingMs }),
  };
}

test('a run looks at all hours that are due, publishes the drift of all and of whom it concerns, and looks again while there is some', async () => {
  const { clock, lines, metrics, read, results, run } = await world(
    [{ requestId: 'lost', extendedRequestId: 'x', status: '200' }],
    [],
  );
  await run();
  expect(read).toEqual(['01', '02']);
  expect(metrics).toMatchObject([
    { stage: 'dev', hour: '2026-11-22T01', metering_drift_ppm: 0 },
    { stage: 'dev', tenant: 'acme', hour: '2026-11-22T02', metering_drift_ppm: 1_000_000 },
    { stage: 'dev', hour: '2026-11-22T02', metering_drift_ppm: 1_000_000 },
  ]);
  expect(metrics[2]?.['_aws']).toEqual({
    Timestamp: clock.now.getTime(),
    CloudWatchMetrics: [
      { Namespace: 'MaaS/Metering', Dimensions: [['stage']], Metrics: [{ Name: 'metering_drift_ppm' }] },
    ],
  });
  expect(lines.join('')).toContain("requestId: 'lost'");
  clock.now = new Date('2026-11-22T04:25:00Z');
  await run();
  expect(read.slice(2)).toEqual(['03', '02']);
  await run({ hour: '2026-11-22T04' });
  expect(read.slice(4)).toEqual(['04']);
  expect(await results.find(undefined, '2026-11-22T04')).toMatchObject({ open: true });
});

const lateIds = { tenant: 'acme', requestId: 'late', extendedRequestId: 'x' };
const lateEvent = { ...lateIds, source: 'journal', event, voided: false, repeatable: false, byRepeat: false } as const;
const lateLine = { ...lateIds, status: '502' };

test.each([
  { late: 'line', access: [lateLine], journalled: [lateEvent], before: { access: [], journalled: [lateEvent] } },
  { late: 'event', access: [lateLine], journalled: [lateEvent], before: { access: [lateLine], journalled: [] } },
])(
  'a failure whose $late comes after the first look is void by the next one',
  async ({ late, access, journalled, before }) => {
    const [lines, events]: [object[], JournalledRequest[]] = [[...before.access], [...before.journalled]];
    const { clock, run, voided } = await world(lines, events);
    await run();
    expect(voided).toEqual([]);
    if (late === 'line') lines.push(...access);
    else events.push(...journalled);
    clock.now = new Date('2026-11-22T04:25:00Z');
    await run();
    expect(voided).toEqual([event]);
  },
);

test('with half of its time gone a run leaves hours that were looked at before to the next one, and has not failed', async () => {
  const { clock, read, run } = await world([], []);
  await run();
  const { length } = read;
  clock.now = new Date('2026-11-22T04:25:00Z');
  const asked = [900_000];
  Object.defineProperty(clock, 'remainingMs', { get: () => asked.pop() ?? 449_999, configurable: true });
  await run();
  expect(read.slice(length)).toEqual(['03']);
  Object.defineProperty(clock, 'remainingMs', { value: 900_000 });
  await run();
  expect(read.slice(length)).toEqual(['03', '02']);
});

test('an hour that takes all the time stops others once, and is tried again behind them until it gets through', async () => {
  const { clock, large, read, results, run } = await world([], []);
  large.push('01');
  await expect(run()).rejects.toThrow('not reconciled: 2026-11-22T01, 2026-11-22T02');
  expect(read).toEqual(['01']);
  const next = async (now: string, ...expected: string[]): Promise<unknown> => {
    clock.now = new Date(now);
    clock.remainingMs = 900_000;
    const { length } = read;
    const ended = await run().catch((error: unknown) => error);
    expect(read.slice(length)).toEqual(expected);
    return ended;
  };
  expect(await next('2026-11-22T04:25:00Z', '02', '03', '01')).toEqual(new Error('not reconciled: 2026-11-22T01'));
  expect(await results.find(undefined, '2026-11-22T03')).toMatchObject({ driftPpm: 0 });
  large.pop();
  expect(await next('2026-11-22T05:25:00Z', '04', '03', '01')).toBeUndefined();
  expect(await results.find(undefined, '2026-11-22T01')).toMatchObject({ driftPpm: 0 });
});
