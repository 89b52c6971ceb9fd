import Stripe from 'stripe';
import type { ExportOutcome } from '../exporter.ts';

const { errors } = Stripe;

/** Stripe has the event already: from a call whose answer never arrived. */
const alreadyThere = /^An event already exists with identifier\b/;
const reasonLengthMax = 300;

/**
 * What an error of Stripe's says about the event that it was told of.
 *
 * @throws Error when no event would fare better: the key is refused, in words for operators that show nothing of it. Errors that are not
 * Stripe's are thrown as they are
 */
export function stripeFailure(error: unknown): ExportOutcome {
  if (error instanceof errors.StripeAuthenticationError) {
    throw new Error('Stripe refuses the API key: connect again with one that works');
  }
  if (error instanceof errors.StripePermissionError) {
    throw new Error(
      'the API key lacks a permission at Stripe: a restricted key needs to write meter events, and to read meters and events',
    );
  }
  if (error instanceof errors.StripeRateLimitError) {
    const seconds = Number(error.headers?.['retry-after'] ?? Number.NaN);
    const wait = seconds > 0 && seconds < 3600 ? { afterSeconds: Math.ceil(seconds) } : {};
    return { kind: 'later', reason: 'Stripe asks to wait', ...wait };
  }
  if (error instanceof errors.StripeInvalidRequestError) {
    const { message } = error;
    if (alreadyThere.test(message)) return { kind: 'delivered' };
    return { kind: 'rejected', reason: `Stripe: ${message.slice(0, reasonLengthMax)}` };
  }
  if (error instanceof errors.StripeConnectionError) return { kind: 'later', reason: 'Stripe gives no answer' };
  if (error instanceof errors.StripeError) {
    return { kind: 'later', reason: `Stripe answers ${error.statusCode ?? 'something else than it should'}` };
  }
  throw error;
}
