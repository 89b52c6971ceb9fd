/** Keys in the table `limits`. Each begins with the tenant. */
export const limitKey = {
  /** What an operator has set for the tenant. */
  overrides: (tenant: string) => key(tenant, 'OVERRIDES'),
  /** What the tenant has used of a month, such as `2026-11`. */
  month: (tenant: string, month: string) => key(tenant, `MONTH#${month}`),
  /** How much of its rates is spent. */
  rates: (tenant: string) => key(tenant, 'RATES'),
};

const key = (tenant: string, sort: string) => ({ pk: { S: `T#${tenant}` }, sk: { S: sort } });
