import { createHmac, randomBytes } from 'node:crypto';
import type { MeterLedger, RecordedEvent } from './meter-ledger.ts';

/** Failed events of one kind that a report names. */
const samplesMax = 5;

/** A webhook as Stripe sends it. */
export interface Webhook {
  readonly body: string;
  readonly signature: string;
}

/** What Stripe says later about events that it accepted and that count nowhere. */
export class EventReports {
  /** In full, by id. */
  readonly events = new Map<string, object>();
  readonly #ledger: MeterLedger;
  readonly #now: () => Date;
  #reported = 0;

  constructor(ledger: MeterLedger, now: () => Date) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** Reports what failed since the last report. */
  report(secret: string): Webhook[] {
    const failed = this.#ledger.events.slice(this.#reported).filter(({ failure }) => failure !== undefined);
    this.#reported = this.#ledger.events.length;
    const byMeter = Map.groupBy(
      failed,
      ({ eventName }) => this.#ledger.meters.find((meter) => meter.eventName === eventName)?.id,
    );
    return [...byMeter].map(([meter, events]) => this.#event(meter, events, secret));
  }

  #event(meter: string | undefined, failed: readonly RecordedEvent[], secret: string): Webhook {
    const created = this.#now().toISOString();
    const byCode = Map.groupBy(failed, ({ failure }) => failure?.code ?? '');
    const thin = {
      id: `evt_test_${randomBytes(16).toString('hex')}`,
      object: 'v2.core.event',
      created,
      livemode: false,
      type: meter === undefined ? 'v1.billing.meter.no_meter_found' : 'v1.billing.meter.error_report_triggered',
      ...(meter === undefined
        ? {}
        : { related_object: { id: meter, type: 'billing.meter', url: `/v1/billing/meters/${meter}` } }),
    };
    this.events.set(thin.id, {
      ...thin,
      data: {
        developer_message_summary: `There are ${failed.length} invalid events`,
        reason: {
          error_count: failed.length,
          error_types: [...byCode].map(([code, events]) => ({
            code,
            error_count: events.length,
            sample_errors: events.slice(0, samplesMax).map(({ identifier, failure }) => ({
              error_message: failure?.message,
              request: { identifier },
            })),
          })),
        },
        validation_start: created,
        validation_end: created,
      },
    });
    return signed(JSON.stringify(thin), secret, this.#now());
  }
}

/** Signs a body as Stripe does. */
export function signed(body: string, secret: string, at: Date): Webhook {
  const seconds = Math.floor(at.getTime() / 1000);
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { body, signature: `t=${seconds},v1=${digest}` };
}
