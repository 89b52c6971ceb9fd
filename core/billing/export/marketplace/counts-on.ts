import type { TenantLink } from '../tenant-link.ts';
import { isCounted, type MarketplaceState } from './marketplace-state.ts';
import { resumeState } from './resume-state.ts';

type MarketplaceLink = Extract<TenantLink, { destination: 'marketplace' }>;

/**
 * Whether an hour is in the sums that the Marketplace is told, or may come into them: the buyer pays for it there sooner or later, whatever
 * became of the hour's row. Also when the link has yet to be put right, since it is not known before that.
 *
 * @param known of all licenses that the tenant has or had
 */
export function countsOn(known: ReadonlyMap<string, MarketplaceState>, link: MarketplaceLink, hour: string): boolean {
  const resumed = resumeState(known, link, []);
  return 'reason' in resumed || isCounted(resumed.state, hour);
}
