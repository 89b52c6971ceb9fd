import { ConflictError } from '../api/maas-error.ts';
import { eventTime } from './event-time.ts';
import { daysInJournal, journalBegins } from './journal-days.ts';

const dayMs = 86_400_000;
/** The next close has to see what corrects an event while the whole of its hour is in the journal. */
const closeMsMax = dayMs;

/**
 * Whether an event can still be voided or adjusted: its hour is added up from the journal, which old events leave.
 *
 * @throws ConflictError when it is too old
 */
export function assertCorrectable(id: string, now: Date): void {
  if (eventTime(id).getTime() >= journalBegins(now).getTime() + closeMsMax) return;
  throw new ConflictError(
    `usage event ${id} is older than ${daysInJournal - closeMsMax / dayMs} days, and can be changed no more; make it good by a credit note`,
  );
}
