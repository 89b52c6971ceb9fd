import type { JournalShards } from '../metering/journal-shards.ts';

/** A tenant as stored. */
export interface Tenant {
  /** Its id: a slug of the name it was created with. */
  readonly tenant: string;
  /** The name as it was given. */
  readonly name: string;
  readonly plan: string;
  /** `leaving` waits for the end of its grace; of one that is `purging` parts are gone. */
  readonly status: 'active' | 'suspended' | 'leaving' | 'purging';
  /** From when on a tenant that leaves may be purged, RFC 3339. */
  readonly purgeAfter?: string;
  /** Names of the only models that exist for the tenant. Absent: all. */
  readonly models?: readonly string[];
  /** A change of plan that is under way: what it comes from, and how much of that one's quota was used. */
  readonly moving?: { readonly from: string; readonly used: number };
  /** How many partitions its hours have in the journal. Absent: one, always. */
  readonly shards?: JournalShards;
  /** RFC 3339 with milliseconds. */
  readonly createdAt: string;
  /** API Gateway's id of the tenant's hidden key, which carries the usage plan. */
  readonly gatewayKeyId: string;
  /** The hidden key itself. Only the authorizer uses it; no API shows it. */
  readonly gatewayKeyValue: string;
}
