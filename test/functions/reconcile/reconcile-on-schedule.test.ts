import { afterAll, beforeAll, expect, test } from 'vitest';
import { Reconciliations } from '../../../core/metering/reconcile/reconciliations.ts';
import { reconcileOnSchedule } from '../../../functions/reconcile/reconcile-on-schedule.ts';
import { startDynamoDB, type TestDynamoDB } from '../../core/storage/dynamodb.ts';
import { recordingLogger } from '../recording-logger.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

test('a run looks at all hours that are due, publishes the drift of all and of whom it concerns, and looks again while there is some', async () => {
  const clock = { now: new Date('2026-11-22T03:25:00Z') };
  const now = () => clock.now;
  const { logger, lines } = recordingLogger();
  const results = new Reconciliations(dynamo.client, 'reconciliations');
  const metrics: Readonly<Record<string, unknown>>[] = [];
  const read: string[] = [];
  const owner = { tenant: 'acme', createdAt: '2026-11-22T01:30:00.000Z' };
  const lost = {
    requestId: 'lost',
    httpMethod: 'POST',
    resourcePath: '/v2/models/{model}/infer',
    status: '200',
    tenant: 'acme',
  };
  const ms = Date.parse('2026-11-22T02:30:00Z');
  const run = reconcileOnSchedule({
    reconciling: {
      logs: {
        read: async function* (group, from, to) {
          if (group !== 'access') return;
          read.push(new Date(from.getTime() + 180_000).toISOString().slice(11, 13));
          if (ms >= from.getTime() && ms < to.getTime()) yield [{ ms, text: JSON.stringify(lost) }];
        },
      },
      accessLog: 'access',
      functionLogs: ['predict'],
      requests: { read: async function* () {} },
      journal: { find: async () => undefined },
      voids: { void: async () => undefined },
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
  const context = { getRemainingTimeInMillis: () => 900_000 };
  await run({}, context);
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
  await run({}, context);
  expect(read.slice(2)).toEqual(['02', '03']);
  await run({ hour: '2026-11-22T04' }, context);
  expect(read.slice(4)).toEqual(['04']);
  expect(await results.find(undefined, '2026-11-22T04')).toMatchObject({ open: true });
});
