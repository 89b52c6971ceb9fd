import type { ApiRequest } from '../core/api/api-request.ts';
import type { ApiResponse } from '../core/api/api-response.ts';

/** What to do for each route, by route id. */
export type Operations = Readonly<Record<string, (request: ApiRequest) => Promise<ApiResponse>>>;

/** Serves a request by the operation of its route. A route without one is a deployment fault, not the client's. */
export const dispatch =
  (operations: Operations) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const operation = operations[request.route.id];
    if (operation === undefined) throw new Error(`no operation serves the route ${request.route.id}`);
    return operation(request);
  };
