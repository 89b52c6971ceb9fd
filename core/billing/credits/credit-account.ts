/** Money that a tenant paid ahead. */
export interface CreditGrant {
  /** Decimal, above zero, in the currency of the price books. */
  readonly amount: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
  /** ARN of the operator. */
  readonly by: string;
}

/** A tenant's prepaid money as stored; what invoices took of it stands in the invoices. */
export interface CreditAccount {
  /** Grows with each change. */
  readonly version: number;
  readonly grants: readonly CreditGrant[];
  /** What invoices are about to take, by invoice id. One that is not stored when its time is over never will be. */
  readonly holds: Readonly<Record<string, { readonly amount: string; readonly until: string }>>;
}
