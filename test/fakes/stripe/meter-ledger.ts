import { randomBytes } from 'node:crypto';
import { StripeRefusal } from './stripe-refusal.ts';

const dayMs = 86_400_000;
const identifierMsMax = dayMs;
const pastMsMax = 35 * dayMs;
const futureMsMax = 300_000;
const valueDigitsMax = 15;
const windowSeconds = { hour: 3600, day: 86_400 } as const;

/** How a meter adds events up. */
export interface MeterSettings {
  readonly eventName: string;
  /** @default null: every event counts */
  readonly window?: 'hour' | 'day' | null;
  /** @default 'sum' */
  readonly formula?: 'sum' | 'count' | 'last';
}

export interface Meter extends Required<MeterSettings> {
  readonly id: string;
  status: 'active' | 'inactive';
}

/** An event that was accepted. */
export interface RecordedEvent {
  readonly identifier: string;
  readonly eventName: string;
  readonly customer: string | undefined;
  readonly value: string | undefined;
  /** Seconds. */
  readonly timestamp: number;
  readonly receivedAtMs: number;
  /** Why it counts nowhere. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** Meters, customers, and the events that were accepted: what README.md says about them. */
export class MeterLedger {
  readonly meters: Meter[] = [];
  readonly customers = new Set<string>();
  readonly events: RecordedEvent[] = [];
  readonly #accepted = new Map<string, number>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  addMeter({ eventName, window = null, formula = 'sum' }: MeterSettings): Meter {
    const id = `mtr_test_${randomBytes(12).toString('hex')}`;
    const meter: Meter = { id, eventName, window, formula, status: 'active' };
    this.meters.push(meter);
    return meter;
  }

  /** Accepts one event, or refuses it. */
  record(form: ReadonlyMap<string, string>): RecordedEvent {
    const now = this.#now().getTime();
    const eventName = limited(form, 'event_name') ?? missing('event_name');
    const payload = [...form.keys()].filter((name) => name.startsWith('payload['));
    if (payload.length === 0) missing('payload');
    for (const name of form.keys()) {
      if (!payload.includes(name) && !['event_name', 'identifier', 'timestamp'].includes(name)) {
        throw new StripeRefusal(400, `Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name });
      }
    }
    const identifier = limited(form, 'identifier') ?? randomBytes(16).toString('hex');
    const timestamp = this.#timestamp(form.get('timestamp'), now);
    const digits = form.get('payload[value]')?.replaceAll(/\D/g, '') ?? '';
    if (digits.length > valueDigitsMax) {
      throw new StripeRefusal(400, `The value in the event payload can have at most 15 digits. Received ${digits}.`, {
        code: 'meter_event_value_too_many_digits',
      });
    }
    const acceptedAt = this.#accepted.get(identifier);
    if (acceptedAt !== undefined && now - acceptedAt < identifierMsMax) {
      throw new StripeRefusal(
        400,
        `An event already exists with identifier ${identifier}.`,
        {},
        { 'stripe-should-retry': 'false' },
      );
    }
    this.#accepted.set(identifier, now);
    const told = { eventName, customer: form.get('payload[stripe_customer_id]'), value: form.get('payload[value]') };
    const failure = this.#failure(told);
    const event = {
      identifier,
      ...told,
      timestamp,
      receivedAtMs: now,
      ...(failure === undefined ? {} : { failure }),
    };
    this.events.push(event);
    return event;
  }

  /** What a customer's events between two moments in seconds, the second exclusive, add up to. */
  aggregate(meter: Meter, customer: string, from: number, to: number): number | undefined {
    const own = this.events.filter(
      (event) =>
        event.failure === undefined &&
        event.eventName === meter.eventName &&
        event.customer === customer &&
        event.timestamp >= from &&
        event.timestamp < to,
    );
    const counted = meter.window === null ? own : [...latest(own, windowSeconds[meter.window]).values()];
    if (counted.length === 0) return undefined;
    switch (meter.formula) {
      case 'sum':
        return counted.reduce((sum, { value }) => sum + Number(value), 0);
      case 'count':
        return counted.length;
      case 'last':
        return Number([...latest(counted, Number.POSITIVE_INFINITY).values()][0]?.value);
    }
  }

  #timestamp(text: string | undefined, now: number): number {
    if (text === undefined) return Math.floor(now / 1000);
    if (!/^\d+$/.test(text)) {
      throw new StripeRefusal(400, `Invalid integer: ${text}`, {
        code: 'parameter_invalid_integer',
        param: 'timestamp',
      });
    }
    const ms = Number(text) * 1000;
    if (ms < now - pastMsMax) {
      const earliest = Math.ceil((now - pastMsMax) / 1000);
      throw new StripeRefusal(
        400,
        `The event timestamp cannot be more than 35 days in past. Expected a timestamp greater than or equal to ${earliest}.`,
        { code: 'timestamp_too_far_in_past', param: 'timestamp' },
      );
    }
    if (ms > now + futureMsMax) {
      throw new StripeRefusal(400, 'The event timestamp cannot be more than 5 minutes in the future.', {
        code: 'timestamp_in_future',
        param: 'timestamp',
      });
    }
    return Number(text);
  }

  #failure({ eventName, customer, value }: Pick<RecordedEvent, 'eventName' | 'customer' | 'value'>) {
    const meter = this.meters.find((each) => each.eventName === eventName);
    if (meter === undefined) return { code: 'no_meter', message: `No meter found for event name ${eventName}.` };
    if (meter.status === 'inactive') return { code: 'archived_meter', message: `The meter ${meter.id} is not active.` };
    if (customer === undefined) {
      const message = 'Customer mapping key stripe_customer_id not found in payload.';
      return { code: 'meter_event_no_customer_defined', message };
    }
    if (!this.customers.has(customer)) {
      return { code: 'meter_event_customer_not_found', message: `No such customer: '${customer}'` };
    }
    if (!/^-?\d+$/.test(value ?? '')) {
      return { code: 'meter_event_invalid_value', message: `Invalid value in payload: ${value}` };
    }
    return undefined;
  }
}

function limited(form: ReadonlyMap<string, string>, param: string): string | undefined {
  const value = form.get(param);
  if (value !== undefined && value.length > 100) {
    throw new StripeRefusal(400, `Invalid string: ${value.slice(0, 20)}…; must be at most 100 characters`, { param });
  }
  return value === '' ? undefined : value;
}

function missing(param: string): never {
  throw new StripeRefusal(400, `Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

/** The latest event of each window; of several at the same second, the one that came last. */
function latest(events: readonly RecordedEvent[], seconds: number): Map<number, RecordedEvent> {
  const found = new Map<number, RecordedEvent>();
  for (const event of events) {
    const window = Math.floor(event.timestamp / seconds);
    const before = found.get(window);
    if (before === undefined || event.timestamp >= before.timestamp) found.set(window, event);
  }
  return found;
}
