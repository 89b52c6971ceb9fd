import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { uuidv7 } from 'uuidv7';
import { OnnxEngine } from '../core/engine/onnx/onnx-engine.ts';
import { predict } from '../core/inference/predict.ts';
import { IdempotentRequests } from '../core/metering/idempotency/idempotent-requests.ts';
import { VocabularyCache } from '../core/task/text-classification/vocabulary-cache.ts';
import { apiHandler } from '../functions/api-handler.ts';
import { fitsResult } from '../functions/fits-result.ts';
import { memoryCatalog, modelVersion } from '../test/core/inference/platform.ts';
import { noLimits } from '../test/core/limits/no-limits.ts';
import { lambdaContext, proxyEvent } from '../test/functions/proxy-event.ts';
import { meanModel } from './mean-model.ts';
import { median } from './median.ts';

/** One line of the result. */
export interface HandlerTiming {
  readonly case: string;
  readonly bareMs: number;
  readonly handlerMs: number;
  readonly overheadMs: number;
}

const { file: meanFile, manifest: means } = meanModel([-1, -1]);

/**
 * What the `predict` handler adds to a bare `session.run` of the same tensor: from the Lambda event (body in base64) to the result object,
 * catalogue and journal in memory. The two are run in turn, so that the machine's drift meets both.
 */
async function benchHandler(rounds: number): Promise<HandlerTiming[]> {
  // None is asked for: the requests carry no Idempotency-Key.
  const none = () => Promise.reject(new Error('no record is kept'));
  const records = { find: none, create: none, replace: none };
  const files = { 'model.onnx': meanFile };
  const engine = new OnnxEngine({ read: () => Promise.resolve(meanFile) }, 100_000_000);
  const handler = apiHandler(
    'tenant',
    predict({
      catalog: memoryCatalog([modelVersion({ manifest: means, files })]),
      engine,
      limiter: noLimits,
      journal: { append: () => Promise.resolve('stored') },
      spillway: { put: () => Promise.reject(new Error('there is no spillway')) },
      idempotency: new IdempotentRequests({ records, newId: uuidv7, now: () => new Date() }),
      vocabularies: new VocabularyCache({ read: () => Promise.reject(new Error('has none')) }),
      source: 'maas/bench/bench',
      newId: uuidv7,
      now: () => new Date(),
      random: Math.random,
      fits: fitsResult,
    }),
    new Logger({ serviceName: 'bench', logLevel: 'INFO' }),
  );
  const session = await InferenceSession.create(meanFile, { intraOpNumThreads: 1 });
  const small = Float32Array.from({ length: 16 }, (_, at) => at / 16);
  const large = Float32Array.from({ length: 3 * 224 * 224 }, (_, at) => at / 150_528);
  return [
    await compare('JSON, 16 values', jsonEvent(small), small, rounds),
    await compare(`binary, ${large.byteLength} bytes`, binaryEvent(large), large, rounds),
  ];

  async function compare(
    name: string,
    event: APIGatewayProxyEvent,
    data: Float32Array,
    times: number,
  ): Promise<HandlerTiming> {
    const bare: number[] = [];
    const handled: number[] = [];
    const tensor = new Tensor('float32', data, [1, data.length]);
    for (let round = -50; round < times; round++) {
      const started = performance.now();
      await session.run({ x: tensor });
      const between = performance.now();
      const result = await handler(event, lambdaContext({}));
      const ended = performance.now();
      if (result.statusCode !== 200) throw new Error(`${name} answered ${result.statusCode}: ${result.body}`);
      if (round < 0) continue;
      bare.push(between - started);
      handled.push(ended - between);
    }
    const [bareMs, handlerMs] = [median(bare), median(handled)];
    return { case: name, bareMs, handlerMs, overheadMs: handlerMs - bareMs };
  }
}

const request = { params: { model: 'mean' }, caller: { tenant: 'bench', plan: 'pro', keyId: 'bench' } };
const route = '/v2/models/{model}/infer';

function jsonEvent(data: Float32Array): APIGatewayProxyEvent {
  const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, data.length], data: Array.from(data) }];
  return proxyEvent('POST', route, { ...request, body: { inputs } });
}

function binaryEvent(data: Float32Array): APIGatewayProxyEvent {
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

// In a process of its own, since its log lines go to stdout as a Lambda's do, into a pipe that nobody shows.
const results = await benchHandler(Number(process.argv[2] ?? 2000));
process.send?.(results);
process.disconnect?.();
