import { UnavailableError } from '../../api/maas-error.ts';
import type { CloseDependencies } from '../../metering/close/close-hour.ts';
import { type ClosingTenant, closeTenant } from '../../metering/close/close-tenant.ts';
import type { Invoice } from './invoice.ts';
import type { BilledTenant, Invoices } from './invoices.ts';

/** Time to leave for the invoice itself. */
const reserveMs = 8000;

/**
 * Finalizes a month when all that came to it is counted, so that no invoice charges for what was voided or adjusted before it was asked for.
 * What is corrected while this runs may be on it as it was; the month's next invoice takes that back.
 *
 * @param early also before the month is over
 * @param remainingMs milliseconds left until the platform kills the call
 * @throws UnavailableError when the tenant's hours could not be closed in time; what was done is done
 * @throws ConflictError as `Invoices.finalize`
 */
export async function closeAndFinalize(
  { closers, invoices }: { readonly closers: CloseDependencies; readonly invoices: Pick<Invoices, 'finalize'> },
  tenant: BilledTenant & ClosingTenant,
  month: string,
  early: boolean,
  remainingMs: () => number,
): Promise<Invoice> {
  const enoughTime = () => remainingMs() > reserveMs;
  const { complete } = await closeTenant(closers, tenant, { openHours: false, enoughTime });
  if (!complete) {
    throw new UnavailableError(`there was no time to close all hours of ${tenant.tenant}: finalize ${month} again`);
  }
  return invoices.finalize(tenant, month, early);
}
