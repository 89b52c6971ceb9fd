import type { MeterUnit } from '../price-book/meter-units.ts';
import type { Charge } from '../price-book/price-book.ts';
import type { Seller } from './seller.ts';

/** What one price asks for a month's usage, and how it comes to its amount. All numbers are decimal text. */
export interface LineUsage {
  readonly priceBook: string;
  readonly plan: string;
  /** Where the price stands in the book: `prices[1]`. */
  readonly place: string;
  readonly model: string;
  readonly hardware: string;
  readonly unit: MeterUnit;
  readonly charge: Charge['kind'];
  /** Units used. */
  readonly quantity: string;
  /** Of these, at no cost. */
  readonly included: string;
  /** Units, or packages of `size` units, times price is amount. */
  readonly steps: readonly {
    readonly quantity: string;
    readonly size?: number;
    readonly price: string;
    readonly amount: string;
  }[];
  /** Sum of the steps, before the one rounding. */
  readonly exact: string;
  /** By model and hardware; quantities and amounts add up to those of the line. */
  readonly parts: readonly {
    readonly model: string;
    readonly hardware: string;
    readonly quantity: string;
    readonly amount: string;
  }[];
}

/** A line of an invoice. */
export interface InvoiceLine {
  /** From 1. */
  readonly line: number;
  /** Tells what is charged: the same in every invoice of the month. */
  readonly key: string;
  readonly kind: 'usage' | 'overage' | 'true-up' | 'minimum' | 'reversal';
  readonly description: string;
  /** In the invoice's currency, with all digits of its minor unit. */
  readonly amount: string;
  readonly usage?: LineUsage;
  /** The line of an earlier invoice of the month that this one takes back. */
  readonly reverses?: { readonly invoice: string; readonly line: number };
}

/** What an invoice says and, once it is final, says for ever. */
export interface InvoiceContent {
  /** Who invoices, as the stage said it then. Absent: the stage does not say. */
  readonly seller?: Seller;
  readonly tenant: string;
  /** The tenant's name as it was given. */
  readonly name: string;
  readonly plan: string;
  /** `2026-11` */
  readonly month: string;
  /** RFC 3339; included. */
  readonly from: string;
  /** RFC 3339; excluded. */
  readonly to: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  /** Sum of the lines. Without tax, which whoever collects the money adds. */
  readonly total: string;
  /** Of the total, what was paid ahead. */
  readonly prepaid: string;
  /** Requests of hours for which no price book was valid; they cost nothing. */
  readonly unpricedRequests: string;
  /** The hours that it was made from. */
  readonly evidence: {
    readonly hours: number;
    /** Of these, added up before they were over, because an operator asked for it. */
    readonly openHours: number;
    readonly events: number;
    /** End of the last of them, RFC 3339; absent: there is none. */
    readonly until?: string;
    /** Of a line `<hour> <version> <events> <SHA-256 of the ids>` for each. */
    readonly sha256: string;
  };
}

/** A correction of an invoice in the tenant's favour. */
export interface CreditNote {
  readonly number: string;
  readonly amount: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
  /** ARN of the operator. */
  readonly by: string;
}

/** An invoice as APIs show it: a draft is made afresh each time, from what is closed at that moment. */
export type Invoice = InvoiceContent & {
  /** `2026-11` is the draft of the month, `2026-11-1` its first invoice. */
  readonly id: string;
  readonly state: 'draft' | 'open' | 'void';
  /** Without gaps over all tenants of the stage; a draft has none. */
  readonly number?: string;
  readonly finalizedAt?: string;
  /** SHA-256 of the number, a newline and the content as stored. */
  readonly sha256?: string;
  readonly voided?: { readonly at: string; readonly by: string; readonly reason: string };
  readonly creditNotes: readonly CreditNote[];
  /** Total without what was paid ahead or credited; nothing when it is void. */
  readonly due: string;
};
