import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErrorReportNotes } from '../../../core/billing/export/stripe/error-report-notes.ts';
import { apiHandler } from '../../../functions/api-handler.ts';
import { dispatch } from '../../../functions/dispatch.ts';
import { CachedSecret } from '../../../functions/stripe-webhook/cached-secret.ts';
import { stripeWebhookOperations } from '../../../functions/stripe-webhook/stripe-webhook-operations.ts';
import { startDynamoDB, type TestDynamoDB } from '../../core/storage/dynamodb.ts';
import { signed } from '../../fakes/stripe/event-reports.ts';
import { lambdaContext, proxyEvent, type TestRequest } from '../proxy-event.ts';
import { recordingLogger } from '../recording-logger.ts';

const now = new Date('2026-11-22T12:00:00Z');
const secret = 'whsec_abcdefgh12345678';
let dynamo: TestDynamoDB;
let notes: ErrorReportNotes;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  notes = new ErrorReportNotes(dynamo.client, 'exports');
});
afterAll(() => dynamo.stop());

let clockMs = 0;
function webhook(read: () => Promise<string | undefined> = async () => secret) {
  const { logger, lines } = recordingLogger();
  let puts = 0;
  const counted = {
    put: (id: string, at: Date) => {
      puts += 1;
      return notes.put(id, at);
    },
  };
  const operations = stripeWebhookOperations({
    secret: new CachedSecret(read, () => clockMs),
    notes: counted,
    now: () => now,
  });
  const handle = apiHandler('tenant', dispatch(operations), logger);
  const call = async (request: TestRequest) => {
    const { statusCode, body } = await handle(proxyEvent('POST', '/webhooks/stripe', request), lambdaContext(request));
    return { status: statusCode, body };
  };
  return { call, lines, puts: () => puts };
}
let ids = 0;
const report = (type = 'v1.billing.meter.error_report_triggered'): string =>
  JSON.stringify({ id: `evt_test_${ids++}`, object: 'v2.core.event', type, related_object: null });
const sent = ({ body, signature }: { readonly body: string; readonly signature: string }): TestRequest => ({
  body,
  headers: { 'Stripe-Signature': signature, 'content-type': 'application/json' },
});
async function noted(): Promise<string[]> {
  const found: string[] = [];
  for await (const { eventId } of notes.due(now)) found.push(eventId);
  return found;
}

test('an error report is noted once, however often it is sent', async () => {
  const { call } = webhook();
  const body = report();
  const { id } = JSON.parse(body) as { id: string };
  for (const seconds of [0, 1, 2]) {
    const at = new Date(now.getTime() - seconds * 1000);
    expect(await call(sent(signed(body, secret, at)))).toMatchObject({ status: 200 });
  }
  const missing = report('v1.billing.meter.no_meter_found');
  await call(sent(signed(missing, secret, now)));
  expect((await noted()).filter((each) => each === id)).toHaveLength(1);
  expect(await noted()).toContain((JSON.parse(missing) as { id: string }).id);
});

test('an event of another kind is acknowledged, and nothing is noted of it', async () => {
  const { call, puts } = webhook();
  for (const type of ['v1.billing.meter.created', 'v2.core.event_destination.ping', 'invoice.paid']) {
    expect(await call(sent(signed(report(type), secret, now)))).toMatchObject({ status: 200 });
  }
  expect(puts()).toBe(0);
});

test('whatever Stripe did not sign gets one and the same answer, and costs no write', async () => {
  const { call, puts, lines } = webhook();
  const body = report();
  const right = signed(body, secret, now);
  const minutes = (count: number): Date => new Date(now.getTime() - count * 60_000);
  const wrong: TestRequest[] = [
    {},
    { body },
    { headers: { 'stripe-signature': right.signature } },
    sent({ ...right, signature: '' }),
    sent({ ...right, signature: 't=1' }),
    sent({ ...right, signature: right.signature.replace('v1=', 'v0=') }),
    sent({ ...right, signature: `${right.signature.slice(0, -1)}${right.signature.endsWith('0') ? '1' : '0'}` }),
    sent({ ...right, signature: `${right.signature},${'v1=a,'.repeat(1000)}` }),
    sent({ ...right, body: `${body} ` }),
    sent(signed(body, 'whsec_anotheraccount', now)),
    sent(signed(body, '', now)),
    sent(signed(body, secret, minutes(6))),
    sent(signed(JSON.stringify({ id: 'evt_1', type: 'x', filler: 'x'.repeat(70_000) }), secret, now)),
    sent(signed('{"id": "../../evil", "type": "v1.billing.meter.no_meter_found"}', secret, now)),
    { body: Buffer.from([0xff, 0xfe, 0x00]), headers: { 'stripe-signature': right.signature } },
  ];
  const answers = await Promise.all(wrong.map(call));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
  expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
  expect(puts()).toBe(0);
  expect(await call(sent(signed(body, secret, minutes(4))))).toMatchObject({ status: 200 });
  expect(lines.join('\n')).not.toMatch(/whsec|v1=|evt_/);
});

test('where Stripe is not connected the answer is the same, and the secret is asked for once a minute', async () => {
  let reads = 0;
  let value: string | undefined;
  const { call } = webhook(async () => {
    reads += 1;
    return value;
  });
  const request = sent(signed(report(), secret, now));
  const refused = await webhook().call({});
  for (let each = 0; each < 5; each++) expect(await call(request)).toEqual(refused);
  expect(reads).toBe(1);
  value = secret;
  clockMs += 60_000;
  expect(await call(request)).toMatchObject({ status: 200 });
  expect(reads).toBe(2);
});

test('when the secret cannot be read Stripe is told to come again, and the next call tries anew', async () => {
  let fails = true;
  const { call } = webhook(async () => {
    if (fails) throw new Error('no answer from Secrets Manager');
    return secret;
  });
  const request = sent(signed(report(), secret, now));
  expect(await call(request)).toMatchObject({ status: 500 });
  fails = false;
  expect(await call(request)).toMatchObject({ status: 200 });
});
