import { createHash } from 'node:crypto';

/** What a run over many tenants did. */
export interface TenantsRun {
  readonly tenants: number;
  /** Those that could not be done; the others are. Sorted. */
  readonly failed: readonly string[];
  /** False when the time ran out: run it again, and it goes on from there. */
  readonly complete: boolean;
}

interface Run {
  readonly remainingMs: () => number;
  /** Of this, no step begins. */
  readonly reserveMs: number;
  readonly now: Date;
  readonly onFailure: (tenant: string, error: unknown) => void;
  /**
   * How many at once; mostly, a tenant's share is waiting for an empty answer.
   * @default 8
   */
  readonly concurrent?: number;
}

/** To begin where the last turn stopped takes a while: shorter turns would be that and nothing else. */
const turnMsMin = 5000;

/**
 * Does something for many tenants. Each is on its own: one that fails stops nobody, nor does one that takes long: its turn is its share of
 * the time, and when that is over it goes on behind all that wait. Each run has another order, so where not even one turn for all fits
 * into a run, it is others that wait.
 *
 * @param each resolves to false when there was not enough time, of its turn or of the run, in the middle of it
 */
export async function forEachTenant<Tenant extends { readonly tenant: string }>(
  tenants: readonly Tenant[],
  { remainingMs, reserveMs, now, onFailure, concurrent = 8 }: Run,
  each: (tenant: Tenant, enoughTime: () => boolean) => Promise<boolean>,
): Promise<TenantsRun> {
  const queue = inOrderOf(now, tenants);
  const failed: string[] = [];
  let complete = true;
  let underWay = 0;
  const leftMs = (): number => remainingMs() - reserveMs;
  const work = async (): Promise<void> => {
    for (let tenant = queue.shift(); tenant !== undefined; tenant = queue.shift()) {
      const beginsMs = leftMs();
      if (beginsMs <= 0) {
        complete = false;
        return;
      }
      underWay += 1;
      const turnMs = Math.max(turnMsMin, (beginsMs * concurrent) / (queue.length + underWay));
      const endsMs = Math.max(0, beginsMs - turnMs);
      try {
        const done = await each(tenant, () => leftMs() > endsMs);
        if (!done && endsMs > 0 && leftMs() <= endsMs) queue.push(tenant);
        else if (!done) complete = false;
      } catch (error) {
        failed.push(tenant.tenant);
        onFailure(tenant.tenant, error);
      }
      underWay -= 1;
    }
  };
  await Promise.all(Array.from({ length: concurrent }, work));
  return { tenants: tenants.length, failed: failed.sort((a, b) => (a < b ? -1 : 1)), complete };
}

/** The same at the same time, and another at every other. */
function inOrderOf<Tenant extends { readonly tenant: string }>(now: Date, tenants: readonly Tenant[]): Tenant[] {
  const places = tenants.map((tenant) => ({
    tenant,
    place: createHash('sha256').update(`${now.toISOString()} ${tenant.tenant}`).digest('hex'),
  }));
  return places.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ tenant }) => tenant);
}
