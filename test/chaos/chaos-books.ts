import { itemPrice, priceBook, published } from '../core/billing/books.ts';

/** One item costs one euro, so that an amount says how many were counted. */
export const chaosBooks = published(priceBook({ prices: [itemPrice('*', { kind: 'flat', price: '1' })] }));
