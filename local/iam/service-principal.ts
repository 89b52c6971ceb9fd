import type { Principal } from './principal.ts';

/** An AWS service that acts in its own name, e.g. API Gateway when it invokes a function. Only resource policies can let it in. */
export const servicePrincipal = (service: string, account: string): Principal => ({
  arn: service,
  account,
  service,
  policies: [],
});
