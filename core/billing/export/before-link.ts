import type { ExportOutcome } from './exporter.ts';
import type { TenantLink } from './tenant-link.ts';

/** What becomes of an hour that another link has left over. */
export const beforeLink = ({ from }: Pick<TenantLink, 'from'>): ExportOutcome => ({
  kind: 'rejected',
  reason: `the tenant's link begins with ${from}: charge this hour by hand, or link the tenant --from it and retry`,
});
