import { ConflictError, InvalidInputError, UnavailableError } from '../api/maas-error.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Initiator } from '../audit/initiator.ts';
import type { KeyEnvironment, MintedKey } from './api-key-from.ts';
import { defaultScopes } from './default-scopes.ts';
import type { DynamoDBKeys } from './dynamodb-keys.ts';
import type { DynamoDBTenants, TenantAttempt } from './dynamodb-tenants.ts';
import { findTenant } from './find-tenant.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { mintApiKey } from './mint-api-key.ts';
import { randomBase62 } from './random-base62.ts';
import type { RandomSource } from './random-source.ts';
import { takeEffectNow } from './take-effect-now.ts';
import type { Tenant } from './tenant.ts';
import { tenantSlug } from './tenant-slug.ts';
import { type TenantView, tenantView } from './tenant-view.ts';

/** What managing tenants takes. */
export interface TenantsDependencies {
  readonly tenants: DynamoDBTenants;
  readonly keys: DynamoDBKeys;
  readonly audit: AuditLog;
  readonly gateway: GatewayKeys;
  /** Ids of the gateway's usage plans, by plan. */
  readonly usagePlans: Readonly<Record<string, string>>;
  /** Put before the tenant's id in the name of its hidden key, for people who look into the account. */
  readonly gatewayKeyPrefix: string;
  readonly keyEnvironment: KeyEnvironment;
  readonly now: () => Date;
  readonly random: RandomSource;
}

/** A tenant just created, with its first key: the one time that the key is seen. */
export type CreatedTenant = TenantView & { readonly apiKey: string; readonly keyId: string };

/** Creates, shows and suspends tenants. */
export class Tenants {
  readonly #with: TenantsDependencies;

  constructor(dependencies: TenantsDependencies) {
    this.#with = dependencies;
  }

  /**
   * Creates a tenant with its hidden gateway key and its first API key. A creation that dies half way leaves nothing that serves;
   * the next one of the same name first clears away what it left.
   *
   * @param remainingMs how long this call can live; the name is held for that long and no longer
   * @throws InvalidInputError for an unknown plan or a name without letters and digits
   * @throws ConflictError when the name is taken, or being created right now
   * @throws UnavailableError when a step failed; repeating the call is safe
   */
  async create(name: string, plan: string, remainingMs: number, by: Initiator): Promise<CreatedTenant> {
    const { tenants, usagePlans, audit, keyEnvironment, random, now } = this.#with;
    const tenant = tenantSlug(name);
    const usagePlanId = Object.hasOwn(usagePlans, plan) ? usagePlans[plan] : undefined;
    if (usagePlanId === undefined) {
      const known = Object.keys(usagePlans).join(', ');
      throw new InvalidInputError(`there is no plan ${JSON.stringify(plan)}; the plans are ${known}`);
    }
    const startedAt = now();
    const minted = mintApiKey(keyEnvironment, random);
    const attempt: TenantAttempt = {
      tenant,
      name,
      plan,
      createdAt: startedAt.toISOString(),
      gatewayKeyValue: randomBase62(random, 29, 40),
      keyId: minted.keyId,
      leaseUntil: startedAt.getTime() + Math.ceil(remainingMs),
    };
    try {
      await this.#takeName(attempt, startedAt);
      const after = { name, plan, keyId: minted.keyId, scopes: defaultScopes };
      await audit.record(by, { action: 'tenant.create', tenant, subject: `tenant ${tenant}`, after });
      await this.#complete(attempt, minted, usagePlanId);
    } catch (cause) {
      if (cause instanceof ConflictError) throw cause;
      // If even this fails, the name is free again when the lease ends.
      await tenants.giveUp(attempt).catch(() => undefined);
      throw new UnavailableError(`tenant ${tenant} could not be created completely; repeat the call to finish it`, {
        cause,
      });
    }
    return {
      tenant,
      name,
      plan,
      status: 'active',
      createdAt: attempt.createdAt,
      apiKey: minted.apiKey,
      keyId: minted.keyId,
    };
  }

  /** All tenants, sorted by id. */
  async list(): Promise<readonly TenantView[]> {
    return (await this.#with.tenants.list()).map(tenantView);
  }

  /** @throws NotFoundError when there is none of this id */
  async show(tenant: string): Promise<TenantView> {
    return tenantView(await this.find(tenant));
  }

  /**
   * Refuses all of a tenant's requests from now on. Repeating it repeats every step, which finishes one that died half way.
   *
   * @throws NotFoundError when there is none of this id
   * @throws UnavailableError when the tenant is suspended but cached authorizations may still let requests pass
   */
  async suspend(tenant: string, by: Initiator): Promise<TenantView> {
    const { tenants, gateway, audit, now } = this.#with;
    const { status } = await this.find(tenant);
    if (status === 'active') {
      const change = { before: { status }, after: { status: 'suspended' } };
      await audit.record(by, { action: 'tenant.suspend', tenant, subject: `tenant ${tenant}`, ...change });
    }
    const suspended = await tenants.suspend(tenant, now());
    await takeEffectNow(`tenant ${tenant} is suspended`, async () => {
      await gateway.flushAuthorizations();
      await gateway.disable(suspended.gatewayKeyId);
    });
    return tenantView(suspended);
  }

  /** The tenant as stored. @throws NotFoundError when there is none of this id */
  async find(tenant: string): Promise<Tenant> {
    return findTenant(this.#with.tenants, tenant);
  }

  async #takeName(attempt: TenantAttempt, now: Date): Promise<void> {
    const { tenants, keys, gateway } = this.#with;
    let begun = await tenants.begin(attempt, now);
    // A second round only when yet another attempt took the name and died in the meantime.
    while (begun.kind === 'dead') {
      // Afresh rather than where it stopped: it may have used another plan, and a key cannot be in two plans of a stage.
      const { attempt: dead } = begun;
      if (dead.gatewayKeyId !== undefined) await gateway.delete(dead.gatewayKeyId);
      await keys.discard(dead.keyId);
      begun = await tenants.begin(attempt, now, dead);
    }
    if (begun.kind === 'taken') throw new ConflictError(`there is a tenant ${attempt.tenant} already`);
    if (begun.kind === 'busy') {
      const seconds = Math.max(1, Math.ceil((begun.leaseUntil - now.getTime()) / 1000));
      throw new ConflictError(
        `tenant ${attempt.tenant} is being created right now; if that fails, the name is free again in ${seconds} s`,
        { retryAfterSeconds: seconds },
      );
    }
  }

  async #complete(attempt: TenantAttempt, minted: MintedKey, usagePlanId: string): Promise<void> {
    const { tenants, keys, gateway, gatewayKeyPrefix } = this.#with;
    const { tenant, createdAt, gatewayKeyValue } = attempt;
    // Dying between these two leaves a key in no plan, of a value that nobody knows: one of the account's 10,000, and inert.
    const gatewayKeyId = await gateway.create(`${gatewayKeyPrefix}-${tenant}`, gatewayKeyValue);
    await tenants.noteGatewayKey(attempt, gatewayKeyId);
    await gateway.attach(gatewayKeyId, usagePlanId);
    const { keyId, digest, display } = minted;
    await keys.add({
      keyId,
      tenant,
      name: 'default',
      digest,
      display,
      status: 'active',
      scopes: defaultScopes,
      createdAt,
    });
    // Last, so that a tenant exists only when all of it does; until then the authorizer refuses its key.
    await tenants.finish(attempt);
  }
}
