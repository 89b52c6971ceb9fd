import { ConflictError, InvalidInputError, NotFoundError } from '../api/maas-error.ts';
import { scopes } from '../api/scope.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditState } from '../audit/audit-record.ts';
import type { Initiator } from '../audit/initiator.ts';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { KeyEnvironment } from './api-key-from.ts';
import { defaultScopes } from './default-scopes.ts';
import type { DynamoDBKeys } from './dynamodb-keys.ts';
import type { DynamoDBTenants } from './dynamodb-tenants.ts';
import { findTenant } from './find-tenant.ts';
import { grantedPowers, mustCover, type PowersWish } from './granted-powers.ts';
import { keyIdPattern } from './key-id-pattern.ts';
import type { KeyPowers, KeyRecord } from './key-record.ts';
import { keyStatus } from './key-status.ts';
import { type KeyView, keyView } from './key-view.ts';
import { mintApiKey } from './mint-api-key.ts';
import { parseApiKey } from './parse-api-key.ts';
import { randomBase62 } from './random-base62.ts';
import type { RandomSource } from './random-source.ts';
import { type Succession, successorId, successorKey } from './successor-key.ts';
import { takeEffectNow } from './take-effect-now.ts';

/** How many keys of a tenant may work at a time; enough for one per program and environment, and few enough to list. */
const workingKeysMax = 100;
/** How long a rotation gives its key again to who repeats its token. */
const recoveryMs = 24 * 3_600_000;

/** What managing keys takes. */
export interface KeysDependencies {
  readonly tenants: DynamoDBTenants;
  readonly keys: DynamoDBKeys;
  readonly audit: AuditLog;
  /**
   * Makes the gateway forget what it cached of authorizations, so that a refusal takes effect now. Undefined where only operators may do
   * that, since it slows down everybody's next request: then it takes effect when the cache runs out, after 60 s.
   */
  readonly flushAuthorizations: (() => Promise<void>) | undefined;
  readonly keyEnvironment: KeyEnvironment;
  readonly now: () => Date;
  readonly random: RandomSource;
}

/** What a new key is to be; what is absent is as `grantedPowers` has it. */
export type KeyWish = PowersWish & { readonly name: string };

/** A new key: the one time that it is seen. */
export interface CreatedKey extends KeyPowers {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
  readonly name: string;
}

/** How a key is replaced. */
export interface Rotation {
  /** How long the old key still works. */
  readonly overlapSeconds: number;
  /** The client's own token, by which it can repeat the rotation and be given the same key. */
  readonly token?: string | undefined;
}

/** A new key in the place of an old one. */
export interface RotatedKey {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
  /** Id of the old key. */
  readonly rotatedFrom: string;
  /** When the old key stops working, RFC 3339. */
  readonly oldExpiresAt: string;
  /** Until when the same token gives the same key, RFC 3339. Absent without a token. */
  readonly recoverableUntil?: string;
}

/**
 * Creates, lists, revokes and rotates the API keys of tenants, for operators and, within what their own key can do, for tenants. A key
 * under another tenant's path reads as unknown.
 */
export class Keys {
  readonly #with: KeysDependencies;

  constructor(dependencies: KeysDependencies) {
    this.#with = dependencies;
  }

  /**
   * @throws NotFoundError for an unknown tenant
   * @throws ConflictError for a tenant that is not active, or has as many keys as it may
   * @throws ForbiddenError when the key that asks cannot do itself what the new one is to do
   */
  async create(tenant: string, { name, ...wish }: KeyWish, by: Initiator): Promise<CreatedKey> {
    const { keys, audit, keyEnvironment, random, now } = this.#with;
    await this.#mustBeActive(tenant);
    const at = now();
    if (wish.expiresAt !== undefined && Date.parse(wish.expiresAt) <= at.getTime()) {
      throw new InvalidInputError(`expiresAt: ${wish.expiresAt} is past`);
    }
    const powers = grantedPowers(wish, await this.#grantor(by));
    const working = (await keys.ofTenant(tenant)).filter((key) => /^(active|expiring)$/.test(keyStatus(key, at)));
    if (working.length >= workingKeysMax) {
      throw new ConflictError(`tenant ${tenant} has ${working.length} keys that work; revoke some that are not needed`);
    }
    const { keyId, digest, display, apiKey } = mintApiKey(keyEnvironment, random);
    await audit.record(by, { action: 'key.create', tenant, subject: `key ${keyId}`, after: { name, ...powers } });
    await keys.add({ keyId, tenant, name, digest, display, status: 'active', createdAt: at.toISOString(), ...powers });
    return { tenant, keyId, apiKey, name, ...powers };
  }

  /** All keys, oldest first, revoked and expired ones too. @throws NotFoundError for an unknown tenant */
  async list(tenant: string): Promise<readonly KeyView[]> {
    const { tenants, keys, now } = this.#with;
    await findTenant(tenants, tenant);
    const at = now();
    return (await keys.ofTenant(tenant)).map((record) => keyView(record, at));
  }

  /**
   * Stops a key. Doing it again changes nothing.
   *
   * @throws NotFoundError for an unknown tenant or key
   * @throws UnavailableError when the key is revoked but cached authorizations may still let requests pass
   */
  async revoke(tenant: string, keyId: string, by: Initiator): Promise<KeyView> {
    await findTenant(this.#with.tenants, tenant);
    return this.#revoke(await this.#find(tenant, keyId), by);
  }

  /**
   * Stops a key that somebody found where it does not belong. Having it is all the authority it takes: whoever has it could do worse. A
   * key that we never issued and one that is revoked already are no error, so that the answer tells nothing.
   *
   * @throws InvalidInputError for what cannot be a key of ours by its shape and checksum, which are published
   */
  async revokeLeaked(apiKey: string, by: Initiator): Promise<void> {
    const parsed = parseApiKey(apiKey);
    if (parsed === undefined) throw new InvalidInputError('apiKey: this is no API key of ours; send all 70 characters');
    const record = await this.#with.keys.find(parsed.keyId);
    if (record?.digest === parsed.digest) await this.#revoke(record, by);
  }

  /**
   * Makes a key of the same name, scopes, models and life; the old one works on for `overlapSeconds`, plus up to 60 s of cached
   * authorization. The quota belongs to the tenant, so it goes on counting.
   *
   * The new key is stored first: should we die in between, the old one goes on working and a key is listed whose secret nobody has. Who
   * brings a token can repeat the rotation for a day, finish one that died or whose answer was lost, and is given the same key; only the
   * first overlap counts.
   *
   * @throws NotFoundError for an unknown tenant or key
   * @throws ConflictError for a tenant that is not active, and for a key that is revoked, expired or rotated already
   * @throws ForbiddenError when the key that asks cannot do itself what this one can
   */
  async rotate(tenant: string, keyId: string, { overlapSeconds, token }: Rotation, by: Initiator): Promise<RotatedKey> {
    const { keys, keyEnvironment, random, now } = this.#with;
    await this.#mustBeActive(tenant);
    let old = await this.#find(tenant, keyId);
    mustCover(await this.#grantor(by), old);
    const succession = { tenant, keyId, token: token ?? randomBase62(random, 32, 43) };
    const nextId = successorId(succession);
    if (old.replacedBy === undefined) old = await this.#replace(old, succession, overlapSeconds, by);
    const next = old.replacedBy === nextId ? await keys.find(nextId) : undefined;
    const at = now().getTime();
    if (next?.salt === undefined || old.expiresAt === undefined || recoverableUntil(next) <= at)
      throw notRotatable(old);
    const minted = successorKey(succession, keyEnvironment, next.salt);
    if (next.status === 'revoked' || minted.digest !== next.digest) throw notRotatable(next);
    if (Date.parse(old.expiresAt) <= at) await this.#takeEffect(`key ${keyId} was replaced by key ${nextId}`);
    return {
      tenant,
      keyId: nextId,
      apiKey: minted.apiKey,
      rotatedFrom: keyId,
      oldExpiresAt: old.expiresAt,
      ...(token === undefined ? {} : { recoverableUntil: new Date(recoverableUntil(next)).toISOString() }),
    };
  }

  /** Stores the successor and lets the old key expire in its favour; gives the old key as it is afterwards. */
  async #replace(old: KeyRecord, succession: Succession, overlapSeconds: number, by: Initiator): Promise<KeyRecord> {
    const { keys, audit, keyEnvironment, random, now } = this.#with;
    const at = now();
    if (keyStatus(old, at) !== 'active') throw notRotatable(old);
    const { tenant, name, keyId } = old;
    const salt = randomBase62(random, 32, 43);
    const { keyId: nextId, digest, display } = successorKey(succession, keyEnvironment, salt);
    const overlapEnd = new Date(at.getTime() + overlapSeconds * 1000);
    const expiresAt = old.expiresAt === undefined ? overlapEnd : earlier(overlapEnd, new Date(old.expiresAt));
    await audit.record(by, {
      action: 'key.rotate',
      tenant,
      subject: `key ${keyId}`,
      before: shown(old),
      after: { replacedBy: nextId, expiresAt: expiresAt.toISOString() },
    });
    try {
      const next = { keyId: nextId, tenant, name, digest, display, ...powersOf(old), salt, rotatedFrom: keyId };
      await keys.add({ ...next, status: 'active', createdAt: at.toISOString() });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      // An earlier try with this token came so far; its salt holds. Unless its key cannot be given any more: then the old key must not
      // expire in its favour.
      const tried = await keys.find(nextId);
      if (tried?.status !== 'active' || recoverableUntil(tried) <= at.getTime()) {
        throw new ConflictError(
          `this Idempotency-Key stands for key ${nextId}, which it cannot give any more; send another`,
        );
      }
    }
    const replaced = (await keys.replace(tenant, keyId, nextId, expiresAt)) ?? (await this.#find(tenant, keyId));
    // Another token was faster, or the key was revoked meanwhile.
    if (replaced.replacedBy !== nextId) {
      await keys.discard(nextId);
      throw notRotatable(replaced);
    }
    return replaced;
  }

  async #revoke(record: KeyRecord, by: Initiator): Promise<KeyView> {
    const { keys, audit, now } = this.#with;
    const { tenant, keyId } = record;
    const at = now();
    let revoked = record;
    if (record.status !== 'revoked') {
      const [before, after] = [shown(record), { status: 'revoked' }];
      await audit.record(by, { action: 'key.revoke', tenant, subject: `key ${keyId}`, before, after });
      revoked = (await keys.revoke(tenant, keyId, at)) ?? revoked;
    }
    await this.#takeEffect(`key ${keyId} is revoked`);
    return keyView(revoked, at);
  }

  async #takeEffect(done: string): Promise<void> {
    const { flushAuthorizations } = this.#with;
    if (flushAuthorizations !== undefined) await takeEffectNow(done, flushAuthorizations);
  }

  /** The key that asks, as the measure of what it may give. Operators may give anything. */
  async #grantor({ caller }: Initiator): Promise<KeyPowers> {
    if (caller.kind === 'operator') return { scopes };
    if (caller.kind !== 'tenant') throw new Error('keys are made by operators and by keys only');
    return this.#find(caller.tenant, caller.keyId);
  }

  async #find(tenant: string, keyId: string): Promise<KeyRecord> {
    const record = keyIdPattern.test(keyId) ? await this.#with.keys.find(keyId) : undefined;
    if (record?.tenant === tenant) return record;
    throw new NotFoundError(`tenant ${tenant} has no key ${JSON.stringify(keyId.slice(0, 100))}`);
  }

  async #mustBeActive(tenant: string): Promise<void> {
    const { status } = await findTenant(this.#with.tenants, tenant);
    if (status !== 'active') throw new ConflictError(`tenant ${tenant} is ${status}; it cannot get new keys`);
  }
}

/** Until when a repeated rotation gives this successor again, in epoch milliseconds. */
const recoverableUntil = ({ createdAt }: KeyRecord): number => Date.parse(createdAt) + recoveryMs;

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

const powersOf = ({ scopes = defaultScopes, models, expiresAt }: KeyRecord): KeyPowers => ({
  scopes,
  ...(models === undefined ? {} : { models }),
  ...(expiresAt === undefined ? {} : { expiresAt }),
});

/** What the audit log keeps of a key. */
const shown = (record: KeyRecord): AuditState => ({ name: record.name, status: record.status, ...powersOf(record) });

function notRotatable({ keyId, status, replacedBy }: KeyRecord): ConflictError {
  if (status === 'revoked') return new ConflictError(`key ${keyId} is revoked; create a new key instead`);
  if (replacedBy === undefined) return new ConflictError(`key ${keyId} has expired; create a new key instead`);
  return new ConflictError(`key ${keyId} was rotated already; rotate its successor ${replacedBy} instead`);
}
