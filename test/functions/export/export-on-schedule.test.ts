import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Connections } from '../../../core/billing/export/connections.ts';
import { ExportLeases } from '../../../core/billing/export/outbox/export-leases.ts';
import { ExportLinks } from '../../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../../core/billing/export/outbox/outbox.ts';
import { ErrorReportNotes } from '../../../core/billing/export/stripe/error-report-notes.ts';
import { DynamoDBTenants } from '../../../core/tenancy/dynamodb-tenants.ts';
import { type ExportEvent, exportOnSchedule } from '../../../functions/export/export-on-schedule.ts';
import { exporters } from '../../../functions/export/exporters.ts';
import { Rollups } from '../../core/billing/export/stripe/stripe-stage.ts';
import { startDynamoDB, type TestDynamoDB } from '../../core/storage/dynamodb.ts';
import { type FakeStripe, fakeStripe } from '../../fakes/stripe/fake-stripe.ts';
import { recordingLogger } from '../recording-logger.ts';

const now = () => new Date('2026-11-22T12:20:00Z');
let dynamo: TestDynamoDB;
let stripe: FakeStripe;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  stripe = await fakeStripe({ now });
  stripe.addMeter({ eventName: 'calls', window: 'hour' });
  stripe.addCustomer('cus_1');
});
afterAll(async () => {
  await stripe.close();
  await dynamo.stop();
});

function exporting(rollups: Rollups) {
  const { client } = dynamo;
  const { logger, lines } = recordingLogger();
  const run = exportOnSchedule({
    connections: new Connections(client, 'exports'),
    factories: exporters({
      client,
      usageTable: 'usage',
      exportsTable: 'exports',
      tenants: new DynamoDBTenants(client, 'tenants'),
      rollups,
      prices: { all: async () => [] },
      secrets: { get: async () => stripe.apiKey },
      now,
      log: () => undefined,
    }),
    exports: {
      outbox: new Outbox(client, 'exports'),
      links: new ExportLinks(client, 'exports'),
      leases: new ExportLeases(client, 'exports'),
      rollups,
      now,
      newId: randomUUID,
    },
    logger,
    stage: 'test',
    writeMetrics: () => undefined,
  });
  return { run: (event: ExportEvent = {}) => run(event, { getRemainingTimeInMillis: () => 900_000 }), lines };
}

test('a report of Stripe that cannot be read fails the run, and nobody waits for it', async () => {
  const rollups = new Rollups();
  const link = { tenant: 'acme', destination: 'stripe', customer: 'cus_none', from: '2026-11-22T00' } as const;
  const links = new ExportLinks(dynamo.client, 'exports');
  await links.put(link, now());
  await new Connections(dynamo.client, 'exports').put({
    destination: 'stripe',
    settings: { meters: [{ name: 'calls', unit: 'requests' }], apiBase: stripe.url },
    connectedAt: now().toISOString(),
    connectedBy: 'somebody',
  });
  rollups.set('acme', '2026-11-22T08', { a: { requests: 5 } });
  const { run, lines } = exporting(rollups);
  expect(await run()).toMatchObject({ failures: 0, destinations: [{ delivered: 1 }] });

  const [webhook] = stripe.report();
  const { id } = JSON.parse(webhook?.body ?? '') as { id: string };
  const notes = new ErrorReportNotes(dynamo.client, 'exports');
  await notes.put(id, now());
  stripe.brokenEvents.set(id, 'server error');
  await links.put({ ...link, customer: 'cus_1' }, now());
  rollups.set('acme', '2026-11-22T09', { a: { requests: 7 } });
  await expect(run()).rejects.toThrow('the log names them');
  expect(stripe.events.find(({ customer }) => customer === 'cus_1')?.value).toBe('7');
  expect(lines.join('\n')).toContain(id);

  // Who waits for the report of a run sees it there.
  await notes.put(id, now());
  expect(await run({ waitsMs: 25_000 })).toMatchObject({ failures: 1, unopened: [] });
});
