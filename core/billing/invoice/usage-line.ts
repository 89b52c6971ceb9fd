import type { Currency } from '../money/currency.ts';
import { exactText } from '../money/exact-text.ts';
import { rate } from '../rating/rate.ts';
import type { PricedUsage } from '../rating/usage-by-price.ts';
import type { InvoiceLine } from './invoice.ts';

/** Between model and hardware in the labels of parts; in neither of their names. */
export const labelSeparator = ' ';

/** The line of what was used at one price, its parts labelled `<model> <hardware>`. */
export function usageLine(priced: PricedUsage, currency: Currency): Omit<InvoiceLine, 'line'> {
  const { book, plan, place, price, key } = priced;
  const { quantity, included, steps, exact, amount, parts } = rate(priced, currency);
  const whose = price.model === '*' ? 'models without a price of their own' : price.model;
  const where = price.hardware === '*' ? '' : ` on ${price.hardware}`;
  return {
    key,
    kind: 'usage',
    description: `${whose}${where}: ${price.unit}`,
    amount: currency.text(amount),
    usage: {
      priceBook: book.version,
      plan,
      place,
      model: price.model,
      hardware: price.hardware,
      unit: price.unit,
      charge: price.charge.kind,
      quantity: String(quantity),
      included: String(included),
      steps: steps.map((step) => ({ ...step, quantity: String(step.quantity), amount: exactText(step.amount) })),
      exact: exactText(exact),
      parts: parts.map(({ label, ...part }) => {
        const [model = '', hardware = ''] = label.split(labelSeparator);
        return { model, hardware, quantity: String(part.quantity), amount: currency.text(part.amount) };
      }),
    },
  };
}
