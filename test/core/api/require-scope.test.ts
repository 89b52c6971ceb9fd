import { expect, test } from 'vitest';
import { requireScope } from '../../../core/api/require-scope.ts';
import { routes } from '../../../core/api/routes.ts';
import { scopes } from '../../../core/api/scope.ts';

const scoped = routes.filter(({ scope }) => scope !== undefined);
const caller = { kind: 'tenant', tenant: 't-1', plan: 'free', keyId: 'k-1' } as const;

test('a key passes on the routes of its scopes and on no other, which name the scope that it lacks', () => {
  for (const route of scoped) {
    for (const scope of scopes) {
      const attempt = () => requireScope({ route, caller: { ...caller, scopes: [scope] } });
      if (scope === route.scope) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(`lacks the scope ${route.scope}, which ${route.method} ${route.path} needs`);
    }
  }
});

test('every billable route asks for a scope, and no route of the operators does', () => {
  expect(routes.filter(({ billable, scope }) => billable && scope !== 'infer')).toEqual([]);
  expect(scoped.filter(({ api }) => api === 'control')).toEqual([]);
  const operator = { kind: 'operator', arn: 'arn:aws:iam::000000000000:user/operator' } as const;
  for (const route of routes) expect(() => requireScope({ route, caller: operator })).not.toThrow();
});
