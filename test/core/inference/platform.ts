import { createHash, randomUUID } from 'node:crypto';
import type { ApiRequest } from '../../../core/api/api-request.ts';
import type { ApiResponse } from '../../../core/api/api-response.ts';
import { errorResponse } from '../../../core/api/error-response.ts';
import { findRoute } from '../../../core/api/find-route.ts';
import { MaasError } from '../../../core/api/maas-error.ts';
import type { ArtifactStore } from '../../../core/catalog/artifact-store.ts';
import type { Catalog } from '../../../core/catalog/catalog.ts';
import type { Manifest } from '../../../core/catalog/manifest.ts';
import type { ArtifactFile, ModelVersion } from '../../../core/catalog/model-version.ts';
import { OnnxEngine } from '../../../core/engine/onnx/onnx-engine.ts';
import type { InferenceDependencies } from '../../../core/inference/inference.ts';
import { predict } from '../../../core/inference/predict.ts';
import type { Journal } from '../../../core/metering/journal.ts';
import type { UsageEvent } from '../../../core/metering/usage-event.ts';
import { VocabularyCache } from '../../../core/task/text-classification/vocabulary-cache.ts';
import { noLimits } from '../limits/no-limits.ts';

/** A catalogue, its artifacts and a journal in memory, behind the real path and engine. */
export interface Platform {
  readonly events: UsageEvent[];
  readonly versions: ModelVersion[];
  readonly journal: { append: Journal['append'] };
  /** Sends a request as the gateway's route would hand it over; errors come back as the client would see them. */
  send(request: Sent): Promise<ApiResponse>;
}

export interface Sent {
  readonly method?: 'GET' | 'POST';
  /** Path as in the route table, e.g. `/v2/models/{model}`. */
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly remainingMs?: () => number;
}

export interface Registered {
  readonly manifest: Manifest;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly version?: string;
  readonly state?: ModelVersion['state'];
}

const describeFile = (bytes: Uint8Array): ArtifactFile => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.length,
});

/** A version of a model as the registry would hold it. */
export const modelVersion = ({ manifest, files, version = '1', state = 'READY' }: Registered): ModelVersion => ({
  model: manifest.name,
  version,
  state,
  manifest,
  files: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, describeFile(bytes)])),
  createdAt: '2026-01-01T00:00:00.000Z',
});

export function platform(registered: readonly Registered[], changes: Partial<InferenceDependencies> = {}): Platform {
  const contents = new Map<string, Uint8Array>();
  for (const { files } of registered) {
    for (const bytes of Object.values(files)) contents.set(describeFile(bytes).sha256, bytes);
  }
  const versions = registered.map(modelVersion);
  const events: UsageEvent[] = [];
  const artifacts: ArtifactStore = {
    read: async ({ sha256 }) => contents.get(sha256) ?? Promise.reject(new Error('no such artifact')),
  };
  const journal: Journal = {
    append: async (event) => {
      events.push(event);
      return 'stored';
    },
  };
  const vocabularies = new VocabularyCache(artifacts);
  const dependencies: InferenceDependencies = {
    catalog: memoryCatalog(versions),
    engine: new OnnxEngine(artifacts, 100_000_000),
    limiter: noLimits,
    journal: { append: (event, shards) => journal.append(event, shards) },
    journalled: {
      find: async (_owner, id) => {
        const event = events.find((each) => each.id === id);
        return event && { event, adjustments: [] };
      },
    },
    vocabularies,
    spillway: { put: () => Promise.reject(new Error('there is no spillway')) },
    idempotency: { begin: () => Promise.resolve(undefined) },
    source: 'maas/eu-central-1/test',
    newId: () => `0190a000-0000-7000-8000-${String(events.length).padStart(12, '0')}`,
    now: () => new Date('2026-01-02T03:04:05.678Z'),
    random: () => 0,
    fits: () => true,
    ...changes,
  };
  const serve = predict(dependencies);
  return {
    events,
    versions,
    journal,
    send: async (sent) => {
      const request = apiRequest(sent);
      try {
        return await serve(request);
      } catch (error) {
        if (!(error instanceof MaasError)) throw error;
        return errorResponse(request.route.family, error, request.requestId);
      }
    },
  };
}

/** The first READY version of each model is live. */
export const memoryCatalog = (versions: readonly ModelVersion[]): Catalog => ({
  list: async () =>
    versions.map(({ model, version, state, manifest }) => ({
      model,
      ...(state === 'READY' ? { liveVersion: version } : {}),
      task: manifest.task,
      description: manifest.description,
    })),
  find: async (model, version) =>
    versions.find((each) => each.model === model && (version ? each.version === version : each.state === 'READY')),
  versions: async (model) => versions.filter((each) => each.model === model),
});

function apiRequest({ method = 'POST', route, params = {}, headers = {}, body = '', remainingMs }: Sent): ApiRequest {
  const found = findRoute('tenant', method, route);
  if (found === undefined) throw new Error(`no route ${method} ${route}`);
  return {
    route: found.route,
    params: { ...params, ...found.params },
    query: {},
    headers,
    body: typeof body === 'string' ? Buffer.from(body) : body,
    requestId: 'request-1',
    extendedRequestId: randomUUID(),
    caller: { kind: 'tenant', tenant: 't-1', plan: 'free', keyId: 'k-1', scopes: ['infer'] },
    remainingMs: remainingMs ?? (() => 29_000),
  };
}
