import type { Registry } from '../../core/catalog/registry.ts';
import type { UsageReader } from '../../core/metering/usage-reader.ts';
import type { Keys } from '../../core/tenancy/keys.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { keyOperations } from './key-operations.ts';
import { modelOperations } from './model-operations.ts';
import { tenantOperations } from './tenant-operations.ts';

/** What the control API is made of. */
export interface ControlDependencies {
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly registry: Registry;
  readonly usage: UsageReader;
  readonly now: () => Date;
}

/** All routes of the control API. */
export const controlOperations = ({ tenants, keys, registry, usage, now }: ControlDependencies): Operations => ({
  ...tenantOperations(tenants, usage, now),
  ...keyOperations(keys),
  ...modelOperations(registry),
});
