import { expect, test } from 'vitest';
import { callerContext, callerFromContext } from '../../functions/caller-context.ts';

const caller = { tenant: 't-1', plan: 'free', keyId: 'k-1', scopes: ['infer', 'keys:write'] } as const;

test.each([
  ['the least', caller],
  ['a price book', { ...caller, priceBook: '3' }],
  ['changes of its shards', { ...caller, shards: [{ from: '2026-11-22T08', count: 8 }] } as const],
  ['an allow list', { ...caller, models: ['spam', 'resnet50'] }],
  ['an allow list of nothing, which is not the same as none', { ...caller, models: [] }],
])('what the authorizer says arrives at the function: %s', (_, given) => {
  expect(callerFromContext(callerContext(given))).toEqual({ kind: 'tenant', ...given });
});

test.each([
  ['no tenant', { tenant: '' }, 'has no tenant'],
  ['a scope that we do not know', { scopes: 'infer everything' }, 'unknown scope everything'],
  ['models that are no list', { models: '"spam"' }, 'no list of names'],
  ['shards that are no list', { shards: '8' }, 'shards'],
  ['a number of shards that nobody reads', { shards: '[{"from":"2026-11-22T08","count":2}]' }, 'shards'],
  ['shards from no hour on', { shards: '[{"from":"now","count":8},null]' }, 'shards'],
  ['a list of other things', { models: '[1]' }, 'no list of names'],
])('a context with %s lets nobody in', (_, wrong, message) => {
  expect(() => callerFromContext({ ...callerContext(caller), ...wrong })).toThrow(message);
});
