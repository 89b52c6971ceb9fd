import type { MeterLedger } from './meter-ledger.ts';
import { StripeRefusal } from './stripe-refusal.ts';

const seconds = { hour: 3600, day: 86_400 } as const;

/** Answers `GET /v1/billing/meters/{id}/event_summaries`. */
export function eventSummaries(ledger: MeterLedger, id: string, query: URLSearchParams): object[] {
  const meter = ledger.meters.find((each) => each.id === id);
  if (meter === undefined) throw new StripeRefusal(404, `No such meter: '${id}'`, { code: 'resource_missing' });
  const customer = query.get('customer') ?? '';
  if (!ledger.customers.has(customer)) {
    throw new StripeRefusal(404, `No such customer: '${customer}'`, { code: 'resource_missing', param: 'customer' });
  }
  const grouping = query.get('value_grouping_window');
  if (grouping !== null && grouping !== 'hour' && grouping !== 'day') {
    throw new StripeRefusal(400, `Invalid value_grouping_window: ${grouping}`, { param: 'value_grouping_window' });
  }
  const step = grouping === null ? 60 : seconds[grouping];
  const [from, to] = (['start_time', 'end_time'] as const).map((param) => {
    const time = Number(query.get(param));
    if (!Number.isInteger(time) || time <= 0 || time % step !== 0) {
      throw new StripeRefusal(400, `${param} must be aligned with ${grouping ?? 'minute'} boundaries.`, { param });
    }
    return time;
  }) as [number, number];
  const width = grouping === null ? to - from : step;
  const found = [];
  for (let start = from; start < to; start += width) {
    const value = ledger.aggregate(meter, customer, start, start + width) ?? (grouping === null ? 0 : undefined);
    if (value === undefined) continue;
    found.unshift({
      id: `mtrusg_test_${start}_${meter.id}`,
      object: 'billing.meter_event_summary',
      aggregated_value: value,
      start_time: start,
      end_time: start + width,
      livemode: false,
      meter: meter.id,
    });
  }
  return found;
}
