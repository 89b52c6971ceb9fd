import type { Registry } from '../definition/registry.ts';
import type { KeyStore } from '../store/key-store.ts';
import type { UsagePlans } from '../usage/usage-plans.ts';

/** Where the resources of templates go. */
export interface ResourceTypeState {
  readonly registry: Registry;
  readonly plans: UsagePlans;
  readonly keys: KeyStore;
  readonly now: () => number;
}
