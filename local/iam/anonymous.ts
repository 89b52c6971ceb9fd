import type { Principal } from './principal.ts';

/** Who sends an unsigned request. Only a resource policy for everybody (`"Principal": "*"`) can let it in. */
export const anonymous: Principal = { arn: 'anonymous', account: 'anonymous', policies: [] };
