import { InvalidInputError } from '../../core/api/maas-error.ts';
import type { ErrorReportNotes } from '../../core/billing/export/stripe/error-report-notes.ts';
import { errorReportTypes } from '../../core/billing/export/stripe/error-report-types.ts';
import { verifiedEvent } from '../../core/billing/export/stripe/verified-event.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import type { CachedSecret } from './cached-secret.ts';

interface Dependencies {
  readonly secret: Pick<CachedSecret, 'get'>;
  readonly notes: Pick<ErrorReportNotes, 'put'>;
  readonly now: () => Date;
}

/**
 * The route `webhooks.stripe`. An error report is noted, and looked into by the next export; anything else that Stripe signed is
 * acknowledged, or Stripe would send it again for days. All that Stripe did not sign gets the same answer, which says nothing about what
 * is wrong with it, nor whether Stripe is connected here at all.
 */
export const stripeWebhookOperations = ({ secret, notes, now }: Dependencies): Operations => ({
  'webhooks.stripe': async ({ body, headers }) => {
    const signature = headers['stripe-signature'];
    const known = signature === undefined ? undefined : await secret.get();
    // What stands there after Stripe was disconnected is no secret, and anybody could sign with it.
    const event = known?.startsWith('whsec_') ? verifiedEvent(body, signature, known, now()) : undefined;
    if (event === undefined) throw new InvalidInputError('this is not an event that Stripe signed for this platform');
    if (errorReportTypes.some((type) => type === event.type)) await notes.put(event.id, now());
    return jsonResponse(200, { received: true });
  },
});
