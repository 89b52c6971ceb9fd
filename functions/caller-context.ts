import type { TenantCaller } from '../core/api/api-request.ts';
import { type Scope, scopes } from '../core/api/scope.ts';
import { type JournalShards, type ShardChange, shardCounts } from '../core/metering/journal-shards.ts';

/**
 * Who calls, in the form in which API Gateway hands an authorizer's answer to the function. It carries strings only, so the scopes are
 * separated by spaces, as OAuth does it, and the other lists are JSON: one that names no model is something else than no list.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export const callerContext = (caller: Omit<TenantCaller, 'kind'>): Record<string, string> => ({
  tenant: caller.tenant,
  plan: caller.plan,
  keyId: caller.keyId,
  scopes: caller.scopes.join(' '),
  ...(caller.models === undefined ? {} : { models: JSON.stringify(caller.models) }),
  ...(caller.priceBook === undefined ? {} : { priceBook: caller.priceBook }),
  ...(caller.shards === undefined ? {} : { shards: JSON.stringify(caller.shards) }),
});

/** Reads what `callerContext` wrote. Throws for anything else: no route may be served to a caller that is half known. */
export function callerFromContext(context: Readonly<Record<string, unknown>>): TenantCaller {
  const text = (name: string): string => {
    const value = context[name];
    if (typeof value !== 'string' || value === '') throw new Error(`the authorizer's context has no ${name}`);
    return value;
  };
  return {
    kind: 'tenant',
    tenant: text('tenant'),
    plan: text('plan'),
    keyId: text('keyId'),
    scopes: text('scopes').split(' ').map(asScope),
    ...(context['models'] === undefined ? {} : { models: asNames(JSON.parse(text('models'))) }),
    ...(context['priceBook'] === undefined ? {} : { priceBook: text('priceBook') }),
    ...(context['shards'] === undefined ? {} : { shards: asShards(JSON.parse(text('shards'))) }),
  };
}

function asScope(text: string): Scope {
  const scope = scopes.find((each) => each === text);
  if (scope === undefined) throw new Error(`the authorizer's context has the unknown scope ${text}`);
  return scope;
}

function asNames(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw new Error("the models in the authorizer's context are no list of names");
  }
  return value;
}

/** A wrong one would put events where nobody finds them. */
function asShards(value: unknown): JournalShards {
  const known = (change: Partial<ShardChange> | null): boolean =>
    /^\d{4}-\d{2}-\d{2}T\d{2}$/.test(String(change?.from)) && shardCounts.some((count) => count === change?.count);
  if (!Array.isArray(value) || !value.every(known))
    throw new Error("the shards in the authorizer's context are unknown");
  return value as JournalShards;
}
