import { NotFoundError } from '../api/maas-error.ts';
import { daysInJournal } from './journal-days.ts';

/** For an id of a time that only the ledger knows all of, whether or not there is an event of this id. */
export const archivedEvent = (id: string): NotFoundError =>
  new NotFoundError(
    `there is no usage event ${JSON.stringify(id.slice(0, 100))} of the last ${daysInJournal} days; older ones are in the archive, which your operator can look into`,
  );
