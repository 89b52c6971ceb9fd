import { UnavailableError } from '../../api/maas-error.ts';
import type { CloseDependencies } from '../../metering/close/close-hour.ts';
import { type ClosingTenant, closeTenant } from '../../metering/close/close-tenant.ts';
import type { JournalReader } from '../../metering/journal-reader.ts';
import { hourMs, usageHour } from '../../metering/usage-hour.ts';
import { billingMonth } from './billing-month.ts';
import type { Invoice } from './invoice.ts';
import type { BilledTenant, Invoices } from './invoices.ts';

/** Time to leave for the invoice itself. */
const reserveMs = 8000;
/** In each hour, a minute after its schedule begins to close the one before. */
const closedByMs = 12 * 60_000;

/**
 * Finalizes a month when all that came to it is counted, so that no invoice charges for what was voided or adjusted before it was asked for.
 * What is corrected while this runs may be on it as it was; the month's next invoice takes that back.
 *
 * @param early also before the month is over
 * @param remainingMs milliseconds left until the platform kills the call
 * @throws UnavailableError when there is no time to add up the month's hours: it names the first that was not; the schedule has a quarter of
 * an hour for what this has seconds for
 * @throws NotFoundError for what is no month
 * @throws ConflictError as `Invoices.finalize`
 */
export async function closeAndFinalize(
  { closers, invoices }: { readonly closers: CloseDependencies; readonly invoices: Pick<Invoices, 'finalize'> },
  tenant: BilledTenant & ClosingTenant,
  month: string,
  early: boolean,
  remainingMs: () => number,
): Promise<Invoice> {
  const { journal, now } = closers;
  const { from, to } = billingMonth(month, now());
  const assertTime = (hour: Date): void => {
    if (remainingMs() > reserveMs) return;
    const next = `the schedule does it at the next minute 11: finalize ${month} again after that`;
    throw new UnavailableError(`there was no time to add up hour ${usageHour(hour)} of ${tenant.tenant}; ${next}`, {
      retryAfterSeconds: Math.ceil((hourMs - ((now().getTime() - closedByMs) % hourMs)) / 1000),
    });
  };
  // Asked at each page, since a single hour can take longer than a call may.
  const inTime: CloseDependencies['journal'] = {
    lateHours: journal.lateHours.bind(journal),
    async *recorded(...range: Parameters<JournalReader['recorded']>) {
      assertTime(range[1]);
      for await (const page of journal.recorded(...range)) {
        assertTime(range[1]);
        yield page;
      }
    },
  };
  const only = { from: usageHour(from), to: usageHour(to) };
  await closeTenant({ ...closers, journal: inTime }, tenant, { openHours: false, only, enoughTime: () => true });
  return invoices.finalize(tenant, month, early);
}
