import type { ApiRequest } from '../../core/api/api-request.ts';

/** A parameter of the route's path. The gateway always fills it; that it has not is our fault and no client's. */
export function pathParameter({ params, route }: ApiRequest, name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`the event for ${route.id} has no path parameter ${name}`);
  return value;
}
