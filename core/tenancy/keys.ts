import { ConflictError, NotFoundError } from '../api/maas-error.ts';
import type { DynamoDBKeys } from './dynamodb-keys.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { keyIdPattern } from './key-id-pattern.ts';
import type { KeyRecord } from './key-record.ts';
import { keyStatus } from './key-status.ts';
import { type KeyView, keyView } from './key-view.ts';
import { type KeyEnvironment, type MintedKey, mintApiKey } from './mint-api-key.ts';
import type { RandomSource } from './random-source.ts';
import { takeEffectNow } from './take-effect-now.ts';
import type { Tenants } from './tenants.ts';

/** What managing keys takes. */
export interface KeysDependencies {
  readonly tenants: Tenants;
  readonly keys: DynamoDBKeys;
  readonly gateway: GatewayKeys;
  readonly keyEnvironment: KeyEnvironment;
  readonly now: () => Date;
  readonly random: RandomSource;
}

/** A new key: the one time that it is seen. */
export interface CreatedKey {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
  readonly name: string;
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
}

/** Creates, lists, revokes and rotates the API keys of tenants. A key under another tenant's path reads as unknown. */
export class Keys {
  readonly #with: KeysDependencies;

  constructor(dependencies: KeysDependencies) {
    this.#with = dependencies;
  }

  /** @throws NotFoundError for an unknown tenant, ConflictError for a suspended one */
  async create(tenant: string, name: string): Promise<CreatedKey> {
    await this.#mustBeActive(tenant);
    const minted = await this.#add(tenant, name, {});
    return { tenant, keyId: minted.keyId, apiKey: minted.apiKey, name };
  }

  /** All keys, oldest first, revoked and expired ones too. @throws NotFoundError for an unknown tenant */
  async list(tenant: string): Promise<readonly KeyView[]> {
    await this.#with.tenants.find(tenant);
    const now = this.#with.now();
    return (await this.#with.keys.ofTenant(tenant)).map((record) => keyView(record, now));
  }

  /**
   * Stops a key at once. Doing it again changes nothing.
   *
   * @throws NotFoundError for an unknown tenant or key
   * @throws UnavailableError when the key is revoked but cached authorizations may still let requests pass
   */
  async revoke(tenant: string, keyId: string): Promise<KeyView> {
    const { tenants, keys, gateway, now } = this.#with;
    await tenants.find(tenant);
    const at = now();
    const revoked = keyIdPattern.test(keyId) ? await keys.revoke(tenant, keyId, at) : undefined;
    if (revoked === undefined) throw unknownKey(tenant, keyId);
    await takeEffectNow(`key ${keyId} is revoked`, () => gateway.flushAuthorizations());
    return keyView(revoked, at);
  }

  /**
   * Makes a key of the same name; the old one works on for `overlapSeconds`, plus up to 60 s of cached authorization when that is
   * not 0. The quota belongs to the tenant, so it goes on counting.
   *
   * The new key is stored first: should we die in between, the old one goes on working and a key is listed whose secret nobody has.
   *
   * @throws NotFoundError for an unknown tenant or key
   * @throws ConflictError for a suspended tenant, and for a key that is revoked, expired or rotated already
   */
  async rotate(tenant: string, keyId: string, overlapSeconds: number): Promise<RotatedKey> {
    const { keys, gateway, now } = this.#with;
    await this.#mustBeActive(tenant);
    const old = keyIdPattern.test(keyId) ? await keys.find(keyId) : undefined;
    if (old === undefined || old.tenant !== tenant) throw unknownKey(tenant, keyId);
    if (keyStatus(old, now()) !== 'active') throw notRotatable(old);
    const minted = await this.#add(tenant, old.name, { rotatedFrom: keyId });
    const expiresAt = new Date(now().getTime() + overlapSeconds * 1000);
    if ((await keys.replace(tenant, keyId, minted.keyId, expiresAt)) === undefined) {
      await keys.discard(minted.keyId);
      throw notRotatable((await keys.find(keyId)) ?? old);
    }
    if (overlapSeconds === 0) {
      await takeEffectNow(`key ${keyId} was replaced by key ${minted.keyId}`, () => gateway.flushAuthorizations());
    }
    return {
      tenant,
      keyId: minted.keyId,
      apiKey: minted.apiKey,
      rotatedFrom: keyId,
      oldExpiresAt: expiresAt.toISOString(),
    };
  }

  async #mustBeActive(tenant: string): Promise<void> {
    const { status } = await this.#with.tenants.find(tenant);
    if (status === 'suspended') throw new ConflictError(`tenant ${tenant} is suspended; it cannot get new keys`);
  }

  async #add(tenant: string, name: string, more: Pick<KeyRecord, 'rotatedFrom'>): Promise<MintedKey> {
    const { keys, keyEnvironment, random, now } = this.#with;
    const minted = mintApiKey(keyEnvironment, random);
    const { keyId, digest, display } = minted;
    const createdAt = now().toISOString();
    await keys.add({ keyId, tenant, name, digest, display, status: 'active', createdAt, ...more });
    return minted;
  }
}

const unknownKey = (tenant: string, keyId: string): NotFoundError =>
  new NotFoundError(`tenant ${tenant} has no key ${JSON.stringify(keyId.slice(0, 100))}`);

function notRotatable({ keyId, status, replacedBy }: KeyRecord): ConflictError {
  if (status === 'revoked') return new ConflictError(`key ${keyId} is revoked; create a new key instead`);
  return new ConflictError(`key ${keyId} was rotated already; rotate its successor ${replacedBy ?? ''} instead`);
}
