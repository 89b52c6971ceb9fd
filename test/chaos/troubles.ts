import type { Faults } from '../../local/marketplace/faults.ts';
import type { FakeOpenMeter } from '../fakes/openmeter/fake-openmeter.ts';
import type { FakeStripe } from '../fakes/stripe/fake-stripe.ts';

/** Where something goes wrong. */
export interface Troubled {
  readonly stripe: Pick<FakeStripe, 'faults'>;
  readonly openMeter: Pick<FakeOpenMeter, 'fail'>;
  /** Of the Marketplace's requests to come. */
  readonly failures: NonNullable<ReturnType<Faults['failure']>>[];
  /** Of the records in them that it would take, one each. */
  readonly unprocessed: true[];
}

/** What goes wrong with the next call of a system outside. */
export const troubles = {
  'Stripe asks to wait': ({ stripe }) => stripe.faults.push('rate limit'),
  'Stripe has the customer locked': ({ stripe }) => stripe.faults.push('lock'),
  'Stripe fails': ({ stripe }) => stripe.faults.push('server error'),
  'Stripe hangs up': ({ stripe }) => stripe.faults.push('hang up'),
  "Stripe's answer is lost": ({ stripe }) => stripe.faults.push('lose the answer'),
  'the Marketplace asks to wait': ({ failures }) => failures.push('throttled'),
  'the Marketplace fails': ({ failures }) => failures.push('failed'),
  "the Marketplace's answer is lost": ({ failures }) => failures.push('answer lost'),
  'the Marketplace leaves a record unprocessed': ({ unprocessed }) => unprocessed.push(true),
  'OpenMeter asks to wait': ({ openMeter }) => openMeter.fail({ status: 429, headers: { 'retry-after': '90' } }),
  'OpenMeter fails': ({ openMeter }) => openMeter.fail({ status: 503 }),
  "OpenMeter's answer is lost": ({ openMeter }) => openMeter.fail({ status: 500, after: true }),
} as const satisfies Readonly<Record<string, (troubled: Troubled) => unknown>>;

export type Trouble = keyof typeof troubles;
