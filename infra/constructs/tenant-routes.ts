import { routes } from '../../core/api/routes.ts';
import type { ServedRoute } from './route-api.ts';

/**
 * The tenants' routes: those of the table, and for each model with an endpoint of its own a copy of all that name a model, with its name
 * written out, which API Gateway prefers to a parameter. Tenants call the same paths for all models.
 */
export function tenantRoutes(gpuModels: readonly string[]): readonly ServedRoute[] {
  const shared = routes.filter(({ api }) => api === 'tenant');
  const own = gpuModels.flatMap((model) =>
    shared
      .filter((route) => route.function === 'predict' && route.path.includes('{model}'))
      .map((route) => ({ ...route, path: route.path.replace('{model}', model), function: 'predict-gpu' as const })),
  );
  return [...shared, ...own];
}
