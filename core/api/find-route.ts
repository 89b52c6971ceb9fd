import type { Route } from './route.ts';
import { routes } from './routes.ts';

const byMethodAndPath = new Map<string, Route>();
for (const route of routes) {
  byMethodAndPath.set(`${route.api} ${route.method} ${route.path}`, route);
}

/** The route of an API with this method and resource path (`/v2/models/{model}`), as the gateway matched it. */
export const findRoute = (api: Route['api'], method: string, path: string): Route | undefined =>
  byMethodAndPath.get(`${api} ${method} ${path}`);
