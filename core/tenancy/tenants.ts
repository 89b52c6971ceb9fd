import { ConflictError, InvalidInputError, UnavailableError } from '../api/maas-error.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Initiator } from '../audit/initiator.ts';
import type { ShardCount } from '../metering/journal-shards.ts';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { KeyEnvironment, MintedKey } from './api-key-from.ts';
import { changeTenantShards } from './change-tenant-shards.ts';
import { defaultScopes } from './default-scopes.ts';
import type { DynamoDBKeys } from './dynamodb-keys.ts';
import type { DynamoDBTenants, TenantAttempt } from './dynamodb-tenants.ts';
import { findTenant } from './find-tenant.ts';
import { finishedAtGateway } from './finished-at-gateway.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { mintApiKey } from './mint-api-key.ts';
import { mustStay } from './must-stay.ts';
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

/** Creates, shows, suspends and resumes tenants, and changes their plans and models. */
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
    const { tenants, audit, keyEnvironment, random, now } = this.#with;
    const tenant = tenantSlug(name);
    const usagePlanId = this.#usagePlan(plan);
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
   * @throws NotFoundError when there is none of this id, ConflictError when it is leaving
   * @throws UnavailableError when the tenant is suspended but cached authorizations may still let requests pass
   */
  async suspend(tenant: string, by: Initiator): Promise<TenantView> {
    const { tenants, gateway, audit, now } = this.#with;
    const { status } = await mustStay(this.#with.tenants, tenant);
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

  /**
   * Lets the requests pass again of a tenant that is suspended or leaving. Repeating it repeats every step.
   *
   * @throws NotFoundError when there is none of this id
   * @throws ConflictError when it is being purged
   * @throws UnavailableError when the gateway could not be told; repeating the call is safe
   */
  async resume(tenant: string, by: Initiator): Promise<TenantView> {
    const { tenants, gateway, audit } = this.#with;
    const { status, gatewayKeyId } = await this.find(tenant);
    if (status === 'purging') throw new ConflictError(`tenant ${tenant} is being purged and cannot come back`);
    if (status !== 'active') {
      const change = { before: { status }, after: { status: 'active' } };
      await audit.record(by, { action: 'tenant.resume', tenant, subject: `tenant ${tenant}`, ...change });
    }
    const resumed = await finishedAtGateway(`tenant ${tenant} is still refused`, async () => {
      // The gateway first: a tenant that counts as active is let in.
      await gateway.enable(gatewayKeyId);
      const active = await tenants.resume(tenant);
      await gateway.flushAuthorizations();
      return active;
    });
    return tenantView(resumed);
  }

  /**
   * Names the only models that exist for a tenant, or none for all of them. A model that is not named reads as unknown.
   *
   * @throws NotFoundError when there is no tenant of this id, ConflictError when it is leaving
   * @throws UnavailableError when the list is changed but cached authorizations may still go by the old one
   */
  async allowModels(tenant: string, models: readonly string[] | undefined, by: Initiator): Promise<TenantView> {
    const { tenants, gateway, audit } = this.#with;
    const before = await mustStay(this.#with.tenants, tenant);
    await audit.record(by, {
      action: 'tenant.models',
      tenant,
      subject: `tenant ${tenant}`,
      before: { models: before.models ?? 'all' },
      after: { models: models ?? 'all' },
    });
    const changed = await tenants.allowModels(tenant, models);
    await takeEffectNow(`the models of tenant ${tenant} are changed`, () => gateway.flushAuthorizations());
    return tenantView(changed);
  }

  /** Spreads a tenant's journal, as `changeTenantShards` says. */
  async changeShards(tenant: string, count: ShardCount, by: Initiator): Promise<TenantView> {
    return tenantView(await changeTenantShards(this.#with, tenant, count, by));
  }

  /**
   * Puts a tenant under another plan. What it used of its monthly quota counts there too: API Gateway counts by plan and key and would
   * begin anew, so the hidden key is given what the new plan's quota leaves after that (UpdateUsage). AWS's count lags behind by half an
   * hour or so, and its quotas are no more exact than that. A key can be in one plan of a stage only, so there is a moment, on AWS a few
   * seconds, in which it is in none and requests are refused with 403.
   *
   * @throws NotFoundError when there is no tenant of this id
   * @throws InvalidInputError for an unknown plan
   * @throws ConflictError while a change to yet another plan is unfinished, and for a tenant that is leaving
   * @throws UnavailableError when it is not finished; repeating the call finishes it
   */
  async changePlan(tenant: string, plan: string, by: Initiator): Promise<TenantView> {
    const { tenants, gateway, audit, now } = this.#with;
    const usagePlanId = this.#usagePlan(plan);
    let found = await mustStay(this.#with.tenants, tenant);
    if (found.plan !== plan) {
      if (found.moving !== undefined) {
        throw new ConflictError(`tenant ${tenant} is being moved to plan ${found.plan}; repeat that call first`);
      }
      const { plan: from, gatewayKeyId } = found;
      const used = await finishedAtGateway(`tenant ${tenant} is still under plan ${from}`, () =>
        gateway.used(gatewayKeyId, this.#usagePlan(from), startOfMonth(now()), now()),
      );
      const change = { before: { plan: from }, after: { plan, used } };
      await audit.record(by, { action: 'tenant.plan', tenant, subject: `tenant ${tenant}`, ...change });
      found = await tenants.beginMove(tenant, from, plan, used).catch((error: unknown) => {
        if (!isConditionFailed(error)) throw error;
        throw new ConflictError(`the plan of tenant ${tenant} was changed by somebody else just now; look at it again`);
      });
    }
    const { moving, gatewayKeyId } = found;
    if (moving === undefined) return tenantView(found);
    const moved = await finishedAtGateway(`tenant ${tenant} is being moved to plan ${plan}`, async () => {
      await gateway.detach(gatewayKeyId, this.#usagePlan(moving.from));
      await gateway.attach(gatewayKeyId, usagePlanId);
      await gateway.countAsUsed(gatewayKeyId, usagePlanId, moving.used);
      await gateway.flushAuthorizations();
      return tenants.endMove(tenant);
    });
    return tenantView(moved);
  }

  /** The tenant as stored. @throws NotFoundError when there is none of this id */
  async find(tenant: string): Promise<Tenant> {
    return findTenant(this.#with.tenants, tenant);
  }

  #usagePlan(plan: string): string {
    const { usagePlans } = this.#with;
    const id = Object.hasOwn(usagePlans, plan) ? usagePlans[plan] : undefined;
    if (id !== undefined) return id;
    const known = Object.keys(usagePlans).join(', ');
    throw new InvalidInputError(`there is no plan ${JSON.stringify(plan)}; the plans are ${known}`);
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

const startOfMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
