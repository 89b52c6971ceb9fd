import { type Seller, sellerSchema } from '../core/billing/invoice/seller.ts';

/** Reads who invoices from JSON text; a stage that does not say so has none. Throws when it is something else. */
export const seller = (text: string | undefined): Seller | undefined =>
  text === undefined ? undefined : sellerSchema.parse(JSON.parse(text));
