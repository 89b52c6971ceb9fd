import * as z from 'zod/mini';
import type { LambdaFocusRun } from '../../core/billing/focus/lambda-focus-run.ts';
import { billingMonth } from '../../core/billing/invoice/billing-month.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';

/** What operators' FOCUS files are made of. */
export interface FocusOperationsDependencies {
  readonly run: Pick<LambdaFocusRun, 'run'>;
  readonly now: () => Date;
}

const wish = z.strictObject({ month: z.optional(z.string().check(z.maxLength(20))) });

/** To render the answer. */
const reserveMs = 1500;

/** `billing.focus`: writes the FOCUS files anew, now, and tells where they are. */
export const focusOperations = ({ run, now }: FocusOperationsDependencies): Operations => ({
  'billing.focus': async (request) => {
    const { month } = jsonBody(request, wish);
    if (month !== undefined) billingMonth(month, now());
    return jsonResponse(200, { months: await run.run(month, request.remainingMs() - reserveMs) });
  },
});
