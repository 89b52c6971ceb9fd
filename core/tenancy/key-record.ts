import type { Scope } from '../api/scope.ts';

/** What a key can do, and for how long. */
export interface KeyPowers {
  /** What the key may be used for. Absent on keys from before there were scopes: the default ones. */
  readonly scopes?: readonly Scope[];
  /** Names of the only models that exist for this key, as far as the tenant has them. Absent: all of the tenant's. */
  readonly models?: readonly string[];
  /** Until when the key works, RFC 3339: said when it was made, or set by a rotation. */
  readonly expiresAt?: string;
}

/** An API key as stored: everything but the key. */
export interface KeyRecord extends KeyPowers {
  /** The public part of the key. */
  readonly keyId: string;
  readonly tenant: string;
  /** What the tenant calls it; several keys may share a name. */
  readonly name: string;
  /** sha256 of the whole key, in hex. */
  readonly digest: string;
  readonly display: string;
  readonly status: 'active' | 'revoked';
  /** RFC 3339 with milliseconds, as are the others. */
  readonly createdAt: string;
  readonly revokedAt?: string;
  /** The minute in which the authorizer last let the key in; requests that its cache answers do not come here. */
  readonly lastUsedAt?: string;
  /** Id of the key that this one replaces. */
  readonly rotatedFrom?: string;
  /** What this key's secret was derived with, beside the client's token, when it took another's place. */
  readonly salt?: string;
  /** Id of the key that replaces this one. */
  readonly replacedBy?: string;
}
