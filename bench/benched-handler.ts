import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { uuidv7 } from 'uuidv7';
import { OnnxEngine } from '../core/engine/onnx/onnx-engine.ts';
import { predict } from '../core/inference/predict.ts';
import { IdempotentRequests } from '../core/metering/idempotency/idempotent-requests.ts';
import type { Journal } from '../core/metering/journal.ts';
import { VocabularyCache } from '../core/task/text-classification/vocabulary-cache.ts';
import { apiHandler } from '../functions/api-handler.ts';
import { fitsResult } from '../functions/fits-result.ts';
import { memoryCatalog, modelVersion } from '../test/core/inference/platform.ts';
import { noLimits } from '../test/core/limits/no-limits.ts';
import { proxyEvent } from '../test/functions/proxy-event.ts';
import { meanModel } from './mean-model.ts';

/** The model that it serves: the mean of its input. */
export const { file: meanFile, manifest: means } = meanModel([-1, -1]);

/** The handler of `predict` with one model, a catalogue in memory, and this journal. */
export function benchedHandler(journal: Journal): ReturnType<typeof apiHandler> {
  // None is asked for: the requests carry no Idempotency-Key.
  const none = () => Promise.reject(new Error('no record is kept'));
  const records = { find: none, create: none, replace: none };
  const files = { 'model.onnx': meanFile };
  return apiHandler(
    'tenant',
    predict({
      catalog: memoryCatalog([modelVersion({ manifest: means, files })]),
      engine: new OnnxEngine({ read: () => Promise.resolve(meanFile) }, 100_000_000),
      limiter: noLimits,
      journal,
      journalled: { find: none },
      spillway: { put: () => Promise.reject(new Error('there is no spillway')) },
      idempotency: new IdempotentRequests({ records, repeats: { note: none }, newId: uuidv7, now: () => new Date() }),
      vocabularies: new VocabularyCache({ read: () => Promise.reject(new Error('has none')) }),
      source: 'maas/bench/bench',
      newId: uuidv7,
      now: () => new Date(),
      random: Math.random,
      fits: fitsResult,
    }),
    new Logger({ serviceName: 'bench', logLevel: 'INFO' }),
  );
}

const request = { params: { model: 'mean' }, caller: { tenant: 'bench', plan: 'pro', keyId: 'bench' } };
const route = '/v2/models/{model}/infer';

/** A request with these values as JSON. */
export function jsonEvent(data: Float32Array): APIGatewayProxyEvent {
  const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, data.length], data: Array.from(data) }];
  return proxyEvent('POST', route, { ...request, body: { inputs } });
}

/** The same as a binary tensor, asking for one. */
export function binaryEvent(data: Float32Array): APIGatewayProxyEvent {
  const inputs = [
    { name: 'x', datatype: 'FP32', shape: [1, data.length], parameters: { binary_data_size: data.byteLength } },
  ];
  const header = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
  return proxyEvent('POST', route, {
    ...request,
    headers: { 'Inference-Header-Content-Length': String(header.length) },
    body: Buffer.concat([header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]),
  });
}
