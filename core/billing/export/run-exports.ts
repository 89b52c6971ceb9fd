import type { Destination } from './destination.ts';
import type { DestinationReport } from './export-report.ts';
import { type ExportDependencies, exportTenant } from './export-tenant.ts';
import type { Exporter } from './exporter.ts';

interface Run {
  readonly remainingMs: () => number;
  readonly onFailure: (destination: Destination, tenant: string, error: unknown) => void;
}

/** At once; most of a tenant's share is waiting for its destination. */
const concurrentTenants = 8;
const reserveMs = 6000;

/** Delivers what is due at each of these destinations. Tenants are on their own: one that fails stops nobody. */
export async function runExports(
  dependencies: ExportDependencies,
  exporters: readonly Exporter[],
  run: Run,
): Promise<readonly DestinationReport[]> {
  return Promise.all(exporters.map((exporter) => runDestination(dependencies, exporter, run)));
}

async function runDestination(
  dependencies: ExportDependencies,
  exporter: Exporter,
  { remainingMs, onFailure }: Run,
): Promise<DestinationReport> {
  const { destination } = exporter;
  const { outbox, now } = dependencies;
  const due = await outbox.due(destination, now());
  const queue = due.values();
  const failed: string[] = [];
  const counts = { delivered: 0, later: 0, refused: 0 };
  let complete = true;
  const work = async (): Promise<void> => {
    for (const tenant of queue) {
      if (remainingMs() < reserveMs) {
        complete = false;
        return;
      }
      try {
        const done = await exportTenant(dependencies, exporter, tenant, remainingMs);
        counts.delivered += done.delivered;
        counts.later += done.later;
        counts.refused += done.rejected;
        complete &&= done.complete;
      } catch (error) {
        failed.push(tenant.tenant);
        onFailure(destination, tenant.tenant, error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrentTenants }, work));
  const standing = await outbox.standing(destination);
  return { destination, tenants: due.length, ...counts, failed: failed.sort(), complete, ...standing };
}
