import { timingSafeEqual } from 'node:crypto';
import type { TenantCaller } from '../api/api-request.ts';
import { allowedModels } from './allowed-models.ts';
import type { CurrentPriceBook } from './current-price-book.ts';
import { defaultScopes } from './default-scopes.ts';
import { DeniedKeys } from './denied-keys.ts';
import type { DynamoDBKeys } from './dynamodb-keys.ts';
import type { DynamoDBTenants } from './dynamodb-tenants.ts';
import type { KeyRecord } from './key-record.ts';
import { keyStatus } from './key-status.ts';
import { parseApiKey } from './parse-api-key.ts';
import type { Tenant } from './tenant.ts';

/** What became of a key. `reason` is for our log alone: a client must not learn which it was. */
export type Authentication =
  | {
      readonly allowed: true;
      readonly caller: Omit<TenantCaller, 'kind'>;
      /** The tenant's hidden key, by which the gateway counts. */
      readonly gatewayKeyValue: string;
    }
  | {
      readonly allowed: false;
      readonly reason:
        | 'malformed'
        | 'denied lately'
        | 'unknown'
        | 'revoked'
        | 'expired'
        | Exclude<Tenant['status'], 'active'>;
      readonly keyId?: string;
    };

/**
 * Decides whether an API key opens the platform. Cheapest check first: shape and checksum (no I/O for junk), keys refused lately,
 * the key's record, a comparison in constant time, status and expiry, then the tenant.
 */
export class Authenticator {
  readonly #keys: DynamoDBKeys;
  readonly #tenants: DynamoDBTenants;
  readonly #priceBook: Pick<CurrentPriceBook, 'version'>;
  readonly #now: () => Date;
  readonly #denied = new DeniedKeys();

  constructor(
    keys: DynamoDBKeys,
    tenants: DynamoDBTenants,
    priceBook: Pick<CurrentPriceBook, 'version'>,
    now: () => Date,
  ) {
    this.#keys = keys;
    this.#tenants = tenants;
    this.#priceBook = priceBook;
    this.#now = now;
  }

  /** Rejects when the tables cannot be asked: then nobody may pass, and nobody may be told that the key is bad. */
  async authenticate(apiKey: string): Promise<Authentication> {
    const parsed = parseApiKey(apiKey);
    if (parsed === undefined) return { allowed: false, reason: 'malformed' };
    const { keyId, digest } = parsed;
    const now = this.#now();
    if (this.#denied.has(digest, now)) return { allowed: false, reason: 'denied lately', keyId };
    const deny = (reason: 'unknown' | 'revoked' | 'expired'): Authentication => {
      this.#denied.add(digest, now);
      return { allowed: false, reason, keyId };
    };
    const record = await this.#keys.find(keyId);
    if (record === undefined || !timingSafeEqual(Buffer.from(record.digest), Buffer.from(digest)))
      return deny('unknown');
    const status = keyStatus(record, now);
    if (status === 'revoked' || status === 'expired') return deny(status);
    this.#noteUse(record, now);
    const [tenant, priceBook] = await Promise.all([this.#tenants.find(record.tenant), this.#priceBook.version()]);
    // Not remembered: a tenant under creation is about to exist.
    if (tenant === undefined) return { allowed: false, reason: 'unknown', keyId };
    if (tenant.status !== 'active') return { allowed: false, reason: tenant.status, keyId };
    const { plan, gatewayKeyValue, shards } = tenant;
    const models = allowedModels(tenant.models, record.models);
    const caller = {
      tenant: tenant.tenant,
      plan,
      keyId,
      scopes: record.scopes ?? defaultScopes,
      ...(models === undefined ? {} : { models }),
      ...(priceBook === undefined ? {} : { priceBook }),
      ...(shards === undefined ? {} : { shards }),
    };
    return { allowed: true, caller, gatewayKeyValue };
  }

  /**
   * Notes in which minute a key was used. Nothing waits for it: it is sent before the tenant is read, whose answer the request waits for
   * anyway, and what became of it is of no interest to the request. Should Lambda freeze us first, DynamoDB has it nonetheless, or the
   * next minute will do.
   */
  #noteUse({ keyId, lastUsedAt }: KeyRecord, now: Date): void {
    const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000).toISOString();
    if (lastUsedAt === undefined || lastUsedAt < minute) this.#keys.noteUse(keyId, minute).catch(() => undefined);
  }
}
