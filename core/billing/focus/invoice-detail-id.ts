import type { Invoice } from '../invoice/invoice.ts';

type Numbered = Pick<Invoice, 'number'>;

/** A line's id, the same in Invoice Detail and in Cost and Usage. A draft has none. */
export const lineId = ({ number }: Numbered, line: number): string | undefined =>
  number === undefined ? undefined : `${number}-${line}`;

/** The id of what an invoice takes of the money that was paid ahead. */
export const prepaidId = ({ number }: Numbered): string | undefined =>
  number === undefined ? undefined : `${number}-prepaid`;
