/** What a tenant's usage of a calendar month may cost at most. */
export interface SpendLimit {
  /** ISO 4217: that of the price books. */
  readonly currency: string;
  /** In its minor units, such as cents: an exact integer. */
  readonly minor: number;
}
