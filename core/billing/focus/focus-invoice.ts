import type { Invoice } from '../invoice/invoice.ts';

/** Who issues invoices and provides the service, as FOCUS wants to know it. */
export interface FocusIssuer {
  /** Who invoices, and whose service it is. */
  readonly name: string;
  /** AWS Region. */
  readonly region: string;
}

/** An invoice, or the draft of what no invoice says yet, with all that its rows need. */
export interface FocusInvoice {
  readonly invoice: Invoice;
  /** Others of the month, whose lines it may take back. */
  readonly earlier: readonly Invoice[];
  readonly issuer: FocusIssuer;
  /** The price's key, and its usage by {@link focusLabel}. */
  readonly usage: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  /** A marketplace collects the money: nothing is payable to us. */
  readonly collectedElsewhere: boolean;
}

/** Between the parts of a label; in none of them. */
const separator = ' ';

/** What rows tell apart within a price: day, model, hardware and key. Labels sort by day first. */
export const focusLabel = (hour: string, model: string, hardware: string, keyId: string): string =>
  [hour.slice(0, 10), model, hardware, keyId].join(separator);

/** The parts of a label; all undefined for an empty one. */
export function labelParts(label: string) {
  const [day, model, hardware, keyId] = label === '' ? [] : label.split(separator);
  return { day, model, hardware, keyId };
}
