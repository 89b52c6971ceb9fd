interface Linked {
  readonly tenant: string;
  /** The first hour that the destination is told of, `2026-11-22T01`. */
  readonly from: string;
}

/** Who a tenant is at a destination. A tenant without a link is not exported there. */
export type TenantLink =
  | (Linked & { readonly destination: 'stripe' /** `cus_…` */; readonly customer: string })
  | (Linked & {
      readonly destination: 'marketplace';
      /** The buyer's AWS account, 12 digits. */
      readonly account: string;
      /** ARN of the license that the agreement granted. */
      readonly license: string;
    })
  | (Linked & {
      readonly destination: 'openmeter' /** What the customer is called there. */;
      readonly subject: string;
    });
