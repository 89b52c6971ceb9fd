import type { ApiRequest } from '../api/api-request.ts';
import type { ApiResponse } from '../api/api-response.ts';
import { UnavailableError } from '../api/maas-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { visibleCatalog } from '../catalog/visible-catalog.ts';
import { decodeTask } from '../protocol/hugging-face/decode-task.ts';
import { decodeInfer } from '../protocol/open-inference/decode-infer.ts';
import { modelMetadata } from '../protocol/open-inference/model-metadata.ts';
import { serverMetadata } from '../protocol/open-inference/server-metadata.ts';
import { findModel } from './find-model.ts';
import { type InferenceDependencies, infer } from './inference.ts';

/** Serves the routes whose function is `predict`; for a model with an endpoint of its own, `predict-gpu` serves them by the same code. */
export function predict(dependencies: InferenceDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const task = decodeTask(dependencies.vocabularies);
  return async (request) => {
    const { route, params, caller } = request;
    const own = caller.kind === 'tenant' ? visibleTo(dependencies, caller.models) : dependencies;
    const { catalog } = own;
    const { model = '', version } = params;
    switch (route.id) {
      case 'open-inference.infer':
      case 'open-inference.version-infer':
        return infer(own, request, decodeInfer);
      case 'hugging-face.task':
        return infer(own, request, task);
      case 'open-inference.server':
        return json(serverMetadata);
      case 'open-inference.live':
        return json({ live: true });
      case 'open-inference.ready':
        await readable(dependencies.catalog);
        // Both words: the specification has one, KServe's client reads the other.
        return json({ ready: true, live: true });
      case 'open-inference.models': {
        const models = (await catalog.list()).filter(({ liveVersion }) => liveVersion !== undefined);
        return json({ models: models.map((each) => each.model) });
      }
      case 'open-inference.model':
      case 'open-inference.version': {
        const found = await findModel(catalog, model, version);
        return json(modelMetadata(found, await catalog.versions(model)));
      }
      case 'open-inference.model-ready':
      case 'open-inference.version-ready': {
        const found = await findModel(catalog, model, version);
        return readiness(found.model, await dependencies.engine.isReady(found));
      }
      default:
        throw new Error(`predict does not serve ${route.id}`);
    }
  };
}

/** The dependencies with the models that exist for the caller. */
const visibleTo = (
  dependencies: InferenceDependencies,
  models: readonly string[] | undefined,
): InferenceDependencies =>
  models === undefined ? dependencies : { ...dependencies, catalog: visibleCatalog(dependencies.catalog, models) };

async function readable(catalog: Catalog): Promise<void> {
  try {
    await catalog.list();
  } catch (cause) {
    throw new UnavailableError('not ready: the catalogue of models cannot be read', { cause });
  }
}

/** Seconds after which to look again: the machine of an endpoint takes minutes to start. */
const retryAfterSeconds = '30';

function readiness(name: string, ready: boolean): ApiResponse {
  const answer = json({ name, ready });
  return ready ? answer : { ...answer, status: 503, headers: { ...answer.headers, 'retry-after': retryAfterSeconds } };
}

const json = (value: object): ApiResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
