import { NotFoundError } from '../../api/maas-error.ts';

/** A calendar month in UTC, the period of every invoice. */
export interface BillingMonth {
  /** `2026-11` */
  readonly month: string;
  readonly from: Date;
  /** Beginning of the next one. */
  readonly to: Date;
}

/**
 * The month of this name.
 *
 * @throws NotFoundError for what is no month, or has not begun
 */
export function billingMonth(month: string, now: Date): BillingMonth {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  const from = new Date(Date.UTC(Number(year), Number(number) - 1));
  if (year === undefined || from > now) {
    throw new NotFoundError(
      `there is no month ${JSON.stringify(month.slice(0, 100))} to invoice; write one that has begun, such as ${now.toISOString().slice(0, 7)}`,
    );
  }
  return { month, from, to: new Date(Date.UTC(Number(year), Number(number))) };
}
