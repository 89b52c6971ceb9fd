/** The partition of the billing table that holds the price books, and nothing of any tenant. */
export const priceBooksPartition = 'PRICE_BOOKS';
