import type { ApiRequest } from '../../core/api/api-request.ts';
import { usageQuery } from '../../core/metering/usage-query.ts';
import type { Tenant } from '../../core/tenancy/tenant.ts';
import type { BilledUsage } from '../billed-usage.ts';
import { pathParameter } from '../control/path-parameter.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import type { UsageAccess } from '../usage-access.ts';

/** The routes by which a tenant sees what it used, and what became of each event. */
export const usageOperations = (
  usage: UsageAccess['usage'],
  billed: BilledUsage,
  own: (request: ApiRequest) => Promise<Tenant>,
  now: () => Date,
): Operations => ({
  'account.usage': async (request) => {
    const query = usageQuery(request.query, now());
    return jsonResponse(200, await usage.usage(await own(request), query, request.remainingMs));
  },
  'account.usage-event': async (request) => {
    const state = await billed.state(await own(request), pathParameter(request, 'event'));
    const { adjusted, voided } = state;
    return jsonResponse(200, {
      ...state,
      ...(adjusted === undefined ? {} : { adjusted: { ...adjusted, by: adjusted.by.map(withoutActor) } }),
      ...(voided === undefined ? {} : { voided: withoutActor(voided) }),
    });
  },
});

/** Which of the operators it was is not the tenant's business. */
function withoutActor<Correction extends { readonly actor: string }>(
  correction: Correction,
): Omit<Correction, 'actor'> {
  const { actor: _, ...others } = correction;
  return others;
}
