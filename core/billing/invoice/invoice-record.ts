import type { CreditNote, Invoice } from './invoice.ts';

/** An invoice as stored. Its content never changes; what happens to it afterwards stands beside it. */
export interface InvoiceRecord {
  readonly tenant: string;
  readonly month: string;
  /** From 1 within tenant and month. */
  readonly sequence: number;
  /** `InvoiceContent` as JSON. */
  readonly content: string;
  readonly finalizedAt: string;
  /** Digests of the hours that it counts, as `hourDigest` makes them, by hour. Absent: it is from before they were kept. */
  readonly hours?: Readonly<Record<string, string>>;
  /** `numbering`: it was finalized, and its number is being found; who finalizes next completes it. */
  readonly state: 'numbering' | 'open' | 'void';
  readonly number?: string;
  readonly sha256?: string;
  readonly voided?: NonNullable<Invoice['voided']>;
  readonly creditNotes: readonly CreditNote[];
}
