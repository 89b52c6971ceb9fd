import * as z from 'zod/mini';
import { InvalidInputError } from '../../core/api/maas-error.ts';
import { HourTally } from '../../core/metering/reconcile/hour-tally.ts';
import type { LambdaReconcileRun } from '../../core/metering/reconcile/lambda-reconcile-run.ts';
import type { Reconciliations } from '../../core/metering/reconcile/reconciliations.ts';
import { hourStart, usageHour } from '../../core/metering/usage-hour.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';

/** What operators' reconciliation is made of. */
export interface ReconcileOperationsDependencies {
  readonly run: Pick<LambdaReconcileRun, 'run'>;
  readonly results: Pick<Reconciliations, 'find'>;
  readonly tenants: Pick<Tenants, 'find'>;
  readonly now: () => Date;
}

const wish = z.strictObject({
  hour: z.string().check(
    z.regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])$/, 'an hour such as 2026-11-22T01'),
    z.refine((hour) => !Number.isNaN(hourStart(hour).getTime()), 'a day that there is'),
  ),
  tenant: z.optional(z.string()),
});

/** Beyond that the logs are gone at most stages, and an hour without them would look as if nobody had been answered. */
const daysMax = 14;
/** To render the answer. */
const reserveMs = 1500;

/** `billing.reconcile`: compares one hour's answers with the journal, now, and tells what was found. */
export const reconcileOperations = ({ run, results, tenants, now }: ReconcileOperationsDependencies): Operations => ({
  'billing.reconcile': async (request) => {
    const { hour, tenant } = jsonBody(request, wish);
    const oldest = usageHour(new Date(now().getTime() - daysMax * 86_400_000));
    if (hour > usageHour(now())) throw new InvalidInputError(`hour: ${hour} is yet to come`);
    if (hour < oldest) throw new InvalidInputError(`hour: ${hour} is more than ${daysMax} days ago; logs may be gone`);
    if (tenant !== undefined) await tenants.find(tenant);
    await run.run(hour, request.remainingMs() - reserveMs);
    const result = await results.find(tenant, hour);
    return jsonResponse(200, result ?? new HourTally().result(hour, tenant, now(), false));
  },
});
