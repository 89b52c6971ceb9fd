import type { Currency } from '../money/currency.ts';
import type { InvoiceLine } from './invoice.ts';

/** An invoice of the same month that was sent before. */
export interface EarlierInvoice {
  readonly id: string;
  readonly number: string;
  readonly lines: readonly InvoiceLine[];
}

type NewLine = Omit<InvoiceLine, 'line'>;

/**
 * What a further invoice of a month says: of each thing that is charged otherwise than before, the old line taken back and the new one.
 * The month as a whole then costs what it would have cost in one invoice, also where late usage reaches a tier that reprices all of it
 * (15 at 10 make 150; the sixteenth makes all cost 5, so -150 and +80). What did not change is not said again.
 *
 * @param whole the lines of the month from all that is known now
 * @param earlier in the order in which they were sent
 */
export function linesSince(
  whole: readonly NewLine[],
  earlier: readonly EarlierInvoice[],
  currency: Currency,
): readonly InvoiceLine[] {
  const standing = new Map<string, { readonly invoice: EarlierInvoice; readonly line: InvoiceLine }>();
  for (const invoice of earlier) {
    for (const line of invoice.lines) {
      if (line.kind === 'reversal') standing.delete(line.key);
      else standing.set(line.key, { invoice, line });
    }
  }
  const now = new Map(whole.map((line) => [line.key, line]));
  const reversals = [...standing.values()]
    .filter(({ line }) => !alike(line, now.get(line.key)))
    .map(({ invoice, line }): NewLine => {
      const { key, amount, description } = line;
      return {
        key,
        kind: 'reversal',
        description: `taken back from invoice ${invoice.number}, line ${line.line}: ${description}`,
        amount: currency.text(-currency.minor(amount)),
        reverses: { invoice: invoice.id, line: line.line },
      };
    });
  const changed = whole.filter((line) => !alike(line, standing.get(line.key)?.line));
  // A reversal stands before the line that takes its place; a key's last line is what later invoices look at.
  return [...reversals, ...changed].map((line, index) => ({ line: index + 1, ...line }));
}

const alike = (a: NewLine, b: NewLine | undefined): boolean =>
  b !== undefined && a.amount === b.amount && a.usage?.quantity === b.usage?.quantity;
