import { NotFoundError } from '../api/maas-error.ts';

/** Alike for the event of another tenant and for none at all. */
export const unknownEvent = (id: string): NotFoundError =>
  new NotFoundError(`there is no usage event ${JSON.stringify(id.slice(0, 100))}`);
