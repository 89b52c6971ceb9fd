import { routes } from '../../core/api/routes.ts';
import type { ServedRoute } from './route-api.ts';

/** The models with routes of their own, by the function that serves them. */
export type OwnModels = Readonly<Record<'predict-gpu' | 'predict-isolated', readonly string[]>>;

/**
 * The tenants' routes: those of the table, and for each model with a function of its own a copy of all that name a model, with its name
 * written out, which API Gateway prefers to a parameter. Tenants call the same paths for all models.
 */
export function tenantRoutes(models: OwnModels): readonly ServedRoute[] {
  const shared = routes.filter(({ api }) => api === 'tenant');
  const own = (server: keyof OwnModels): ServedRoute[] =>
    models[server].flatMap((model) =>
      shared
        .filter((route) => route.function === 'predict' && route.path.includes('{model}'))
        .map((route) => ({ ...route, path: route.path.replace('{model}', model), function: server })),
    );
  return [...shared, ...own('predict-gpu'), ...own('predict-isolated')];
}
