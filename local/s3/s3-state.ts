import type { Keys } from '../kms/keys.ts';
import type { Buckets } from './buckets.ts';
import type { Store } from './store/store.ts';

/** What the operations work on. */
export interface S3State {
  readonly region: string;
  readonly account: string;
  readonly buckets: Buckets;
  readonly store: Store;
  readonly keys: Keys;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
