import type { Route } from './route.ts';
import { routes } from './routes.ts';

/** A route, and the parameters that the matched resource path states literally. */
export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const byMethodAndPath = new Map<string, Route>(
  routes.map((route) => [`${route.api} ${route.method} ${route.path}`, route]),
);

/**
 * The route of an API with this method and resource path as the gateway matched it: `/v2/models/{model}`, or with a literal in the place
 * of a parameter (`/v2/models/resnet50`), which is how a model gets resources of its own.
 */
export function findRoute(api: Route['api'], method: string, path: string): FoundRoute | undefined {
  const exact = byMethodAndPath.get(`${api} ${method} ${path}`);
  if (exact !== undefined) return { route: exact, params: {} };
  const segments = path.split('/');
  for (const route of routes) {
    if (route.api !== api || route.method !== method) continue;
    const params = literals(route.path.split('/'), segments);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function literals(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of template.entries()) {
    const segment = segments[index] as string;
    if (expected === segment) continue;
    if (!expected.startsWith('{') || segment.startsWith('{')) return undefined;
    params[expected.slice(1, -1)] = segment;
  }
  return params;
}
