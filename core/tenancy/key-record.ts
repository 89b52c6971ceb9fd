/** An API key as stored: everything but the key. */
export interface KeyRecord {
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
  /** Set by a rotation: the old key works until then. */
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  /** Id of the key that this one replaces. */
  readonly rotatedFrom?: string;
  /** Id of the key that replaces this one. */
  readonly replacedBy?: string;
}
