/** What a run over many tenants did. */
export interface TenantsRun {
  readonly tenants: number;
  /** Those that could not be done; the others are. Sorted. */
  readonly failed: readonly string[];
  /** False when the time ran out: run it again, and it goes on from there. */
  readonly complete: boolean;
}

/**
 * Does something for many tenants. Each is on its own: one that fails stops nobody.
 *
 * @param each resolves to false when the time ran out in the middle of it
 * @param concurrent how many at once; mostly, a tenant's share is waiting for an empty answer
 */
export async function forEachTenant<Tenant extends { readonly tenant: string }>(
  tenants: readonly Tenant[],
  enoughTime: () => boolean,
  each: (tenant: Tenant) => Promise<boolean>,
  onFailure: (tenant: string, error: unknown) => void,
  concurrent = 8,
): Promise<TenantsRun> {
  const queue = tenants.values();
  const failed: string[] = [];
  let complete = true;
  const work = async (): Promise<void> => {
    for (const tenant of queue) {
      if (!enoughTime()) {
        complete = false;
        return;
      }
      try {
        if (!(await each(tenant))) complete = false;
      } catch (error) {
        failed.push(tenant.tenant);
        onFailure(tenant.tenant, error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrent }, work));
  return { tenants: tenants.length, failed: failed.sort((a, b) => (a < b ? -1 : 1)), complete };
}
