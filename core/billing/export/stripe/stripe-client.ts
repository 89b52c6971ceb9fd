import Stripe from 'stripe';

/**
 * Longer than Stripe takes for a meter event, and short enough for the runs that these calls are part of. What was not answered in time is
 * told again, which does no harm.
 */
const timeoutMs = 5000;

/** The outbox tries again what fails, and waits longer and longer; this is for a connection that went stale between two runs. */
const maxNetworkRetries = 1;

/** The longest that a call takes, with its repetition and the SDK's pause before that. */
export const stripeCallMsMax = timeoutMs * (1 + maxNetworkRetries) + 1000;

/** @param apiBase `https://host[:port]`; Stripe itself when absent */
export function stripeClient(apiKey: string, apiBase?: string): Stripe {
  const base = apiBase === undefined ? undefined : new URL(apiBase);
  return new Stripe(apiKey, {
    timeout: timeoutMs,
    maxNetworkRetries,
    // Nothing about how long calls took goes along with the next one.
    telemetry: false,
    ...(base === undefined
      ? {}
      : {
          host: base.hostname,
          port: base.port === '' ? (base.protocol === 'http:' ? 80 : 443) : base.port,
          protocol: base.protocol === 'http:' ? 'http' : 'https',
        }),
  });
}
