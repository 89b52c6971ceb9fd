import { groupDigits } from './group-digits.ts';
import type { LineUsage } from './invoice.ts';

/** How a line comes to its amount, one statement each. */
export const lineNotes = ({ steps, included, priceBook, place, parts }: LineUsage): readonly string[] => [
  ...(included === '0' ? [] : [`${groupDigits(included)} included`]),
  ...steps.map(
    ({ quantity, size, price, amount }) =>
      `${groupDigits(quantity)}${size === undefined ? '' : ` packages of ${groupDigits(String(size))}`} × ${price} = ${amount}`,
  ),
  ...(parts.length > 1
    ? parts.map((part) => `of which ${part.model} on ${part.hardware}: ${groupDigits(part.quantity)}, ${part.amount}`)
    : []),
  `price book ${priceBook}, ${place}`,
];
