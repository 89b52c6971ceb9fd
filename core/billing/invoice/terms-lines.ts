import type { Currency } from '../money/currency.ts';
import type { Terms } from '../price-book/price-book.ts';
import { termsAmounts } from '../rating/terms-amounts.ts';
import type { InvoiceLine } from './invoice.ts';

/** The lines that commitment and minimum add to a month's usage, where they add anything. */
export function termsLines(terms: Terms, usage: bigint, currency: Currency): readonly Omit<InvoiceLine, 'line'>[] {
  const { overage, trueUp, minimum } = termsAmounts(terms, usage, currency);
  const { commitment } = terms;
  return [
    {
      kind: 'overage' as const,
      description: `usage above the commitment of ${commitment?.amount}, charged ${commitment?.overageFactor} times`,
      minor: overage,
    },
    { kind: 'true-up' as const, description: `up to the commitment of ${commitment?.amount}`, minor: trueUp },
    { kind: 'minimum' as const, description: `up to the minimum of ${terms.minimum} a month`, minor: minimum },
  ]
    .filter(({ minor }) => minor > 0n)
    .map(({ kind, description, minor }) => ({ key: kind, kind, description, amount: currency.text(minor) }));
}
