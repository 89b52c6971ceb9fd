import type { Scope } from '../api/scope.ts';

/** What a key is good for when nobody said otherwise: all but making more keys, which a program that only calls models has no need of. */
export const defaultScopes: readonly Scope[] = ['infer', 'usage:read', 'keys:read'];
