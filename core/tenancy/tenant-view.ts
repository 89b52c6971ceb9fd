import type { Tenant } from './tenant.ts';

/** A tenant as APIs show it. */
export type TenantView = Pick<
  Tenant,
  'tenant' | 'name' | 'plan' | 'status' | 'models' | 'shards' | 'createdAt' | 'purgeAfter'
>;

/** Picks what may be shown of a tenant: never its hidden key. */
export const tenantView = ({
  tenant,
  name,
  plan,
  status,
  models,
  shards,
  createdAt,
  purgeAfter,
}: Tenant): TenantView => ({
  tenant,
  name,
  plan,
  status,
  ...(models === undefined ? {} : { models }),
  ...(shards === undefined ? {} : { shards }),
  createdAt,
  ...(purgeAfter === undefined ? {} : { purgeAfter }),
});
