import { itemPrice, priceBook, published } from '../core/billing/books.ts';

/** What an item costs in euros, by plan: so an amount says how many were counted of which plan. */
export const euros = { pro: 1, team: 2 } as const;

const items = (price: number) => itemPrice('*', { kind: 'flat', price: String(price) });

export const chaosBooks = published(
  priceBook({ prices: [items(euros.pro)], plans: { team: { prices: [items(euros.team)] } } }),
);
