import { expect, test } from 'vitest';
import type { Catalog } from '../../../core/catalog/catalog.ts';
import type { ModelVersion } from '../../../core/catalog/model-version.ts';
import { visibleCatalog } from '../../../core/catalog/visible-catalog.ts';

const asked: string[] = [];
const summary = (model: string) => ({ model, liveVersion: '1', task: 'tensor', description: '' });
const version = (model: string) => ({ model, version: '1' }) as ModelVersion;
const all: Catalog = {
  list: async () => ['digits', 'spam'].map(summary),
  find: async (model) => {
    asked.push(model);
    return version(model);
  },
  versions: async (model) => {
    asked.push(model);
    return [version(model)];
  },
};

test('models outside of the list do not exist, and cost no question', async () => {
  const visible = visibleCatalog(all, ['spam', 'not-registered']);
  expect((await visible.list()).map(({ model }) => model)).toEqual(['spam']);
  expect(await visible.find('spam')).toEqual(version('spam'));
  expect(await visible.versions('spam')).toEqual([version('spam')]);
  expect(asked).toEqual(['spam', 'spam']);
  expect(await visible.find('digits', '1')).toBeUndefined();
  expect(await visible.versions('digits')).toEqual([]);
  expect(await visibleCatalog(all, []).list()).toEqual([]);
  expect(asked).toEqual(['spam', 'spam']);
});
