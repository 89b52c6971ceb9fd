import type { Catalog } from './catalog.ts';

/** A catalogue in which only these models exist. Every other one reads as unknown, and costs no question to the catalogue behind. */
export const visibleCatalog = (catalog: Catalog, models: readonly string[]): Catalog => ({
  list: async () => (await catalog.list()).filter(({ model }) => models.includes(model)),
  find: async (model, version) => (models.includes(model) ? catalog.find(model, version) : undefined),
  versions: async (model) => (models.includes(model) ? catalog.versions(model) : []),
});
