import { ConflictError } from '../api/maas-error.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Initiator } from '../audit/initiator.ts';
import type { TenantBooks } from '../billing/tenant-books.ts';
import { hourMs, usageHour } from '../metering/usage-hour.ts';
import type { DynamoDBKeys } from './dynamodb-keys.ts';
import type { DynamoDBTenants } from './dynamodb-tenants.ts';
import { findTenant } from './find-tenant.ts';
import { finishedAtGateway } from './finished-at-gateway.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { graceDaysMin } from './grace-days-min.ts';
import { takeEffectNow } from './take-effect-now.ts';
import { type TenantView, tenantView } from './tenant-view.ts';

const dayMs = 86_400_000;
/** Longer than a request takes that was under way when its tenant left, and than the clocks of those who see it differ. */
const endingMs = 2 * hourMs;

interface Dependencies {
  readonly tenants: DynamoDBTenants;
  readonly keys: DynamoDBKeys;
  readonly gateway: GatewayKeys;
  readonly books: Pick<TenantBooks, 'assertSettled' | 'forget'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly now: () => Date;
}

/** Lets tenants leave: at first they are refused, and can be resumed; when their time of grace is over they can be purged, for good. */
export class Offboarding {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * Refuses all of a tenant's requests from now on, and lets it be purged after the time of grace. `Tenants.resume` undoes it. Repeating
   * it repeats every step; the first time of grace stays.
   *
   * @param graceDays at least `graceDaysMin`
   * @throws NotFoundError when there is none of this id
   * @throws UnavailableError when the tenant is leaving but cached authorizations may still let requests pass
   */
  async leave(tenant: string, graceDays: number, by: Initiator): Promise<TenantView> {
    const { tenants, gateway, audit, now } = this.#with;
    let found = await findTenant(tenants, tenant);
    if (found.status === 'active' || found.status === 'suspended') {
      const purgeAfter = new Date(now().getTime() + graceDays * dayMs).toISOString();
      const change = { before: { status: found.status }, after: { status: 'leaving', purgeAfter } };
      await audit.record(by, { action: 'tenant.offboard', tenant, subject: `tenant ${tenant}`, ...change });
      found = await tenants.leave(tenant, purgeAfter);
    }
    const { gatewayKeyId } = found;
    await takeEffectNow(`tenant ${tenant} is leaving`, async () => {
      await gateway.flushAuthorizations();
      await gateway.disable(gatewayKeyId);
    });
    return tenantView(found);
  }

  /**
   * Removes a tenant whose time of grace is over: its keys, its hidden key, its links to systems outside and what is stored of it. Its id stays taken, so that nobody
   * who comes later is shown its usage; usage, invoices and the audit log stay, as the books have to. Repeating it finishes one that
   * died half way.
   *
   * @throws NotFoundError when there is none of this id, and when it is purged already
   * @throws ConflictError when it is not leaving, its time of grace is not over, or usage of it is not closed, in the ledger, invoiced or
   *   exported yet
   * @throws UnavailableError when a step failed; repeating the call is safe
   */
  async purge(tenant: string, by: Initiator): Promise<void> {
    const { tenants, keys, gateway, books, audit, now } = this.#with;
    const found = await findTenant(tenants, tenant);
    const { status, purgeAfter, gatewayKeyId } = found;
    if (purgeAfter === undefined) throw new ConflictError(`tenant ${tenant} is ${status}; offboard it first`);
    if (Date.parse(purgeAfter) > now().getTime()) {
      throw new ConflictError(`tenant ${tenant} may come back until ${purgeAfter}; purge it then`);
    }
    await books.assertSettled(found, idleFrom(purgeAfter));
    await audit.record(by, { action: 'tenant.purge', tenant, subject: `tenant ${tenant}`, before: { status } });
    await tenants.beginPurge(tenant);
    await finishedAtGateway(`tenant ${tenant} is purged in part`, async () => {
      await gateway.delete(gatewayKeyId);
      for (const { keyId } of await keys.ofTenant(tenant)) await keys.discard(keyId);
      await books.forget(tenant);
      // Last, as it names what is to be removed.
      await tenants.bury(tenant, now());
    });
  }
}

/** An hour in which a tenant that left cannot have used anything any more: it left `graceDaysMin` before, or earlier. */
const idleFrom = (purgeAfter: string): string =>
  usageHour(new Date(Date.parse(purgeAfter) - graceDaysMin * dayMs + endingMs));
