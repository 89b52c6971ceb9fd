import type { Scope } from '../api/scope.ts';
import { defaultScopes } from './default-scopes.ts';
import type { KeyRecord } from './key-record.ts';
import { type KeyStatus, keyStatus } from './key-status.ts';

/** A key as its tenant and operators see it. */
export interface KeyView {
  readonly keyId: string;
  readonly name: string;
  readonly display: string;
  readonly status: KeyStatus;
  readonly scopes: readonly Scope[];
  readonly models?: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly rotatedFrom?: string;
}

/** Picks what may be shown of a key; a list of what is allowed, so that a new attribute stays inside until someone adds it here. */
export function keyView(record: KeyRecord, now: Date): KeyView {
  const {
    keyId,
    name,
    display,
    scopes = defaultScopes,
    models,
    createdAt,
    expiresAt,
    lastUsedAt,
    rotatedFrom,
  } = record;
  return {
    keyId,
    name,
    display,
    status: keyStatus(record, now),
    scopes,
    ...(models === undefined ? {} : { models }),
    createdAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    ...(rotatedFrom === undefined ? {} : { rotatedFrom }),
  };
}
