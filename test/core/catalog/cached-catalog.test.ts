import { expect, test } from 'vitest';
import { CachedCatalog } from '../../../core/catalog/cached-catalog.ts';
import type { Catalog } from '../../../core/catalog/catalog.ts';
import type { ModelVersion } from '../../../core/catalog/model-version.ts';
import { doubling } from '../inference/manifests.ts';
import { modelVersion } from '../inference/platform.ts';

/** A catalogue whose live version is set by the test, and that counts its questions. */
function counted() {
  let live: ModelVersion | undefined = modelVersion({ manifest: doubling, files: {} });
  let failing = false;
  const asked: string[] = [];
  const answer = async <T>(question: string, value: T): Promise<T> => {
    asked.push(question);
    if (failing) throw new Error('throttled');
    return value;
  };
  const catalog: Catalog = {
    list: () => answer('list', []),
    find: (model, version) => answer(`find ${model} ${version ?? 'live'}`, live),
    versions: (model) => answer(`versions ${model}`, []),
  };
  let nowMs = 0;
  return {
    asked,
    cached: new CachedCatalog(catalog, 3000, () => nowMs),
    promote: (version: string) => {
      live = modelVersion({ manifest: doubling, files: {}, version });
    },
    fail: (value: boolean) => {
      failing = value;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a question is asked once within the time, and each kind by itself', async () => {
  const { cached, asked, pass } = counted();
  for (let round = 0; round < 3; round++) {
    await Promise.all([cached.find('a'), cached.find('a'), cached.find('a', '1'), cached.versions('a'), cached.list()]);
    pass(999);
  }
  expect(asked).toEqual(['find a live', 'find a 1', 'versions a', 'list']);
});

test('a promotion is seen once the time is over', async () => {
  const { cached, promote, pass } = counted();
  expect((await cached.find('a'))?.version).toBe('1');
  promote('2');
  pass(2999);
  expect((await cached.find('a'))?.version).toBe('1');
  pass(1);
  expect((await cached.find('a'))?.version).toBe('2');
});

test('a failure is not remembered', async () => {
  const { cached, fail } = counted();
  fail(true);
  await expect(cached.find('a')).rejects.toThrow('throttled');
  fail(false);
  expect((await cached.find('a'))?.version).toBe('1');
});

test('asking for many names forgets the oldest, so that callers cannot fill the memory', async () => {
  const { cached, asked } = counted();
  for (let at = 0; at < 300; at++) await cached.find(`model-${at}`);
  await cached.find('model-299');
  await cached.find('model-0');
  expect(asked).toHaveLength(301);
});
