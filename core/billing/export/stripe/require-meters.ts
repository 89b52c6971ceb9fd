import type Stripe from 'stripe';
import type { StripeSettings } from './stripe-connection.ts';
import { stripeFailure } from './stripe-failure.ts';

/**
 * Makes sure that Stripe has the meters, and that they take what they are told as the sum of an hour. One that adds up each event that
 * comes would charge an hour again with each of its versions; one that is not there would let usage vanish.
 *
 * @throws Error that names what is to be put right in Stripe, or that Stripe does not answer
 */
export async function requireMeters(client: Pick<Stripe, 'billing'>, meters: StripeSettings['meters']): Promise<void> {
  const found = new Map<string, Stripe.Billing.Meter>();
  try {
    for await (const meter of client.billing.meters.list({ status: 'active', limit: 100 })) {
      found.set(meter.event_name, meter);
    }
  } catch (error) {
    const outcome = stripeFailure(error);
    throw new Error(`the meters at Stripe cannot be read${'reason' in outcome ? `: ${outcome.reason}` : ''}`);
  }
  const problems = meters.flatMap(({ name }) => {
    const problem = problemOf(found.get(name));
    return problem === undefined ? [] : [`the meter "${name}" ${problem}`];
  });
  if (problems.length > 0) throw new Error(`Stripe: ${problems.join('; ')}`);
}

function problemOf(meter: Stripe.Billing.Meter | undefined): string | undefined {
  if (meter === undefined) return 'is not there, or not active';
  if (meter.event_time_window !== 'hour') return 'must have the event_time_window "hour"';
  if (meter.default_aggregation.formula !== 'sum') return 'must have the formula "sum"';
  const { customer_mapping: customer, value_settings: value } = meter;
  if (customer.event_payload_key !== 'stripe_customer_id' || value.event_payload_key !== 'value') {
    return 'must find the customer under "stripe_customer_id" and the quantity under "value"';
  }
  return undefined;
}
