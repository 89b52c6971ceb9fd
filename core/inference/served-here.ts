import type { ApiRequest } from '../api/api-request.ts';
import type { ApiResponse } from '../api/api-response.ts';
import { NotFoundError } from '../api/maas-error.ts';

type Serve = (request: ApiRequest) => Promise<ApiResponse>;

/**
 * Refuses requests for models that another function serves. Their names stand in routes that lead there, so who got here spelled one so that
 * the gateway did not recognise it, such as `linear%2D2x`. Such a spelling names no model already, unless a gateway undoes it behind our
 * back; that this process serves other tenants is reason enough not to rely on it.
 *
 * @param elsewhere names of models
 * @throws {NotFoundError}
 */
export const servedHere =
  (serve: Serve, elsewhere: readonly string[]): Serve =>
  async (request) => {
    const { model } = request.params;
    if (model !== undefined && elsewhere.includes(model)) {
      throw new NotFoundError(`${model} is served under its plain name only: write it without percent-encoding`);
    }
    return serve(request);
  };
