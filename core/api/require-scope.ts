import type { ApiRequest } from './api-request.ts';
import { ForbiddenError } from './maas-error.ts';

/**
 * Lets a request pass whose key has the scope of its route. Operators have no scopes: IAM decides what they may call.
 *
 * @throws ForbiddenError that names the scope, which the route's documentation names too
 */
export function requireScope({ caller, route }: Pick<ApiRequest, 'caller' | 'route'>): void {
  if (caller.kind === 'operator' || route.scope === undefined) return;
  if (caller.kind === 'tenant' && caller.scopes.includes(route.scope)) return;
  throw new ForbiddenError(
    `this API key lacks the scope ${route.scope}, which ${route.method} ${route.path} needs; use a key that has it`,
  );
}
