import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventReports, type Webhook } from './event-reports.ts';
import { eventSummaries } from './event-summaries.ts';
import { type Answer, IdempotentAnswers } from './idempotent-answers.ts';
import { type Meter, MeterLedger, type MeterSettings, type RecordedEvent } from './meter-ledger.ts';
import { StripeRefusal } from './stripe-refusal.ts';

/** What becomes of a call; the words are explained in README.md. */
export type Fault =
  | 'none'
  | 'hold'
  | 'rate limit'
  | 'lock'
  | 'server error'
  | 'forbidden'
  | 'hang up'
  | 'lose the answer';

export interface FakeStripe {
  readonly url: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** One for each of the meter events to come; none left: nothing happens to them. */
  readonly faults: Fault[];
  /** Events, by id, that a report cannot be read of: Stripe fails, or answers with something else than it documents. */
  readonly brokenEvents: Map<string, 'server error' | 'strange'>;
  readonly addMeter: (settings: MeterSettings) => Meter;
  readonly addCustomer: (id: string) => void;
  /** All that was accepted, in order, also what counts nowhere. */
  readonly events: readonly RecordedEvent[];
  /** How many calls of `POST /v1/billing/meter_events` came, answered or not. */
  readonly calls: () => number;
  /** Reports what was accepted since the last report and counts nowhere. */
  readonly report: () => Webhook[];
  readonly close: () => Promise<void>;
}

/** How long Stripe has a meter event in hand. */
const callMs = 2;

interface Options {
  /** @default the real time */
  readonly now?: () => Date;
  /** @default a free one */
  readonly port?: number;
}

/** Starts the fake that README.md in this folder specifies. */
export async function fakeStripe({ now = () => new Date(), port = 0 }: Options = {}): Promise<FakeStripe> {
  const apiKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const webhookSecret = `whsec_${randomBytes(16).toString('hex')}`;
  const ledger = new MeterLedger(now);
  const reports = new EventReports(ledger, now);
  const idempotent = new IdempotentAnswers(now);
  const faults: Fault[] = [];
  const brokenEvents = new Map<string, 'server error' | 'strange'>();
  const locked = new Set<string>();
  const holding: (() => void)[] = [];
  let calls = 0;

  const record = async (form: ReadonlyMap<string, string>, fault: Fault): Promise<Answer> => {
    if (fault === 'rate limit') {
      throw new StripeRefusal(429, 'Request rate limit exceeded.', { type: 'rate_limit_error', code: 'rate_limit' });
    }
    if (fault === 'forbidden') {
      throw new StripeRefusal(403, 'The provided key does not have the required permissions for this endpoint.');
    }
    const lock = `${form.get('event_name')} ${form.get('payload[stripe_customer_id]')}`;
    if (fault === 'lock' || locked.has(lock)) {
      throw new StripeRefusal(
        429,
        'This object cannot be accessed right now because another API request is accessing it.',
        {
          code: 'lock_timeout',
        },
      );
    }
    locked.add(lock);
    try {
      // So that calls which are made at the same time meet.
      await (fault === 'hold' ? new Promise<void>((done) => holding.push(done)) : sleep(callMs));
      const event = ledger.record(form);
      const { identifier, timestamp } = event;
      const payload = { stripe_customer_id: event.customer, value: event.value };
      const created = Math.floor(event.receivedAtMs / 1000);
      return ok({
        object: 'billing.meter_event',
        created,
        event_name: event.eventName,
        identifier,
        livemode: false,
        payload,
        timestamp,
      });
    } finally {
      locked.delete(lock);
    }
  };

  const answer = async (request: IncomingMessage, body: string, fault: Fault): Promise<Answer> => {
    authenticate(request, apiKey);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stripe');
    const v2 = pathname.startsWith('/v2/');
    const version = request.headers['stripe-version'];
    if (version === undefined ? v2 : !/^\d{4}-\d\d-\d\d(\.[a-z]+)?$/.test(String(version))) {
      throw new StripeRefusal(400, `Invalid Stripe API version: ${String(version)}`);
    }
    const summaries = /^\/v1\/billing\/meters\/([^/]+)\/event_summaries$/.exec(pathname)?.[1];
    const event = /^\/v2\/core\/events\/([^/]+)$/.exec(pathname)?.[1];
    switch (`${request.method} ${summaries === undefined ? pathname : 'summaries'}`) {
      case 'POST /v1/billing/meter_events':
        if (fault === 'server error') throw new StripeRefusal(500, 'An unknown error occurred', { type: 'api_error' });
        return idempotent.once(request.headers['idempotency-key'], body, () => record(form(request, body), fault));
      case 'GET /v1/billing/meters':
        return ok(page(pathname, searchParams, listed(ledger.meters, searchParams.get('status'))));
      case 'GET summaries':
        return ok(
          page(pathname, searchParams, eventSummaries(ledger, decodeURIComponent(summaries ?? ''), searchParams)),
        );
      case `GET /v2/core/events/${event}`: {
        const found = reports.events.get(decodeURIComponent(event ?? ''));
        if (found === undefined) throw new StripeRefusal(404, `No such event: ${event}`, { code: 'not_found' });
        const broken = brokenEvents.get(decodeURIComponent(event ?? ''));
        if (broken === 'server error') throw new StripeRefusal(500, 'An unknown error occurred', { type: 'api_error' });
        return ok(broken === 'strange' ? { ...found, data: { reason: { error_count: 'many' } } } : found);
      }
      default:
        throw new StripeRefusal(404, `Unrecognized request URL (${request.method}: ${pathname}).`);
    }
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const event = request.method === 'POST' && request.url === '/v1/billing/meter_events';
    if (event) calls += 1;
    const fault = event ? (faults.shift() ?? 'none') : 'none';
    if (fault === 'hang up') {
      request.socket.destroy();
      return;
    }
    const { status, headers, body: answered } = await answer(request, body, fault).catch(refused);
    if (fault === 'lose the answer') {
      request.socket.destroy();
      return;
    }
    const requestId = `req_${randomBytes(7).toString('hex')}`;
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': requestId, ...headers });
    response.end(answered);
    for (const release of holding.splice(0)) release();
  };

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    webhookSecret,
    faults,
    brokenEvents,
    addMeter: (settings) => ledger.addMeter(settings),
    addCustomer: (id) => void ledger.customers.add(id),
    events: ledger.events,
    calls: () => calls,
    report: () => reports.report(webhookSecret),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const ok = (body: object): Answer => ({ status: 200, headers: {}, body: JSON.stringify(body) });

function refused(error: unknown): Answer {
  if (error instanceof StripeRefusal) return { status: error.status, headers: error.headers, body: error.body };
  throw error;
}

function authenticate({ headers }: IncomingMessage, apiKey: string): void {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (given === apiKey) return;
  const shown = given === undefined ? undefined : `${given.slice(0, 8)}${'*'.repeat(8)}${given.slice(-4)}`;
  throw new StripeRefusal(
    401,
    shown === undefined ? 'You did not provide an API key.' : `Invalid API Key provided: ${shown}`,
  );
}

function form({ headers }: IncomingMessage, body: string): ReadonlyMap<string, string> {
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) {
    throw new StripeRefusal(400, 'Invalid request: the body must be a form.');
  }
  return new Map(new URLSearchParams(body));
}

const listed = (meters: readonly Meter[], status: string | null) =>
  meters
    .filter((meter) => status === null || meter.status === status)
    .map(({ id, eventName, window, formula, status: current }) => ({
      id,
      object: 'billing.meter',
      display_name: eventName,
      event_name: eventName,
      event_time_window: window,
      default_aggregation: { formula },
      customer_mapping: { event_payload_key: 'stripe_customer_id', type: 'by_id' },
      value_settings: { event_payload_key: 'value' },
      livemode: false,
      status: current,
    }));

function page(url: string, query: URLSearchParams, items: readonly object[]): object {
  const limit = Number(query.get('limit') ?? 10);
  if (!(limit >= 1 && limit <= 100)) throw new StripeRefusal(400, 'limit must be from 1 to 100', { param: 'limit' });
  const after = query.get('starting_after');
  const start = after === null ? 0 : items.findIndex((item) => 'id' in item && item.id === after) + 1;
  return { object: 'list', url, data: items.slice(start, start + limit), has_more: items.length > start + limit };
}
