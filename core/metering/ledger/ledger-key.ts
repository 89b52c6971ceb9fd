/** Forms in which an hour lies in the ledger. */
export type LedgerForm = 'ndjson.gz' | 'parquet';

const hourFolder = (tenant: string, hour: string): string =>
  `${ledgerKey.day(tenant, hour.slice(0, 10))}hour=${hour.slice(11, 13)}/`;

/** Keys in the ledger bucket. Query engines read `date` and `hour` from them as columns. */
export const ledgerKey = {
  /** All of usage. */
  usage: 'usage/',
  /** What all keys of a tenant's day begin with. */
  day: (tenant: string, date: string): string => `usage/tenant=${tenant}/date=${date}/`,
  /** @param version of {@link ArchivedHour} */
  hour: (tenant: string, hour: string, version: number, form: LedgerForm): string =>
    `${hourFolder(tenant, hour)}v${version}.${form}`,
};
