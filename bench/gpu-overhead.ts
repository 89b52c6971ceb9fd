import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { uuidv7 } from 'uuidv7';
import type { ModelVersion } from '../core/catalog/model-version.ts';
import { EngineByTarget } from '../core/engine/engine-by-target.ts';
import type { GpuEndpoints } from '../core/engine/sagemaker/gpu-endpoints.ts';
import { SageMakerEngine } from '../core/engine/sagemaker/sagemaker-engine.ts';
import { SageMakerRuntime } from '../core/engine/sagemaker/sagemaker-runtime.ts';
import { tritonRequest } from '../core/engine/sagemaker/triton-request.ts';
import { predict } from '../core/inference/predict.ts';
import { elementBytes } from '../core/tensor/element-bytes.ts';
import { elementCount } from '../core/tensor/element-count.ts';
import { apiHandler } from '../functions/api-handler.ts';
import { fitsResult } from '../functions/fits-result.ts';
import { memoryCatalog } from '../test/core/inference/platform.ts';
import { noLimits } from '../test/core/limits/no-limits.ts';
import { lambdaContext, proxyEvent } from '../test/functions/proxy-event.ts';
import { median } from './median.ts';

export interface GpuOverheadOptions {
  /** Of SageMaker Runtime. */
  readonly url: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Name of the SageMaker endpoint, one model's own. */
  readonly endpoint: string;
  /** What the endpoint serves: one input, of fixed width, of which a row of zeros is sent. */
  readonly model: ModelVersion;
  readonly rounds: number;
}

/** Medians, in milliseconds. */
export interface GpuOverhead {
  readonly directMs: number;
  readonly handlerMs: number;
}

/**
 * What the `predict-gpu` handler adds to a call of the endpoint by the same client: from the Lambda event (body in base64) to the result
 * object, catalogue and journal in memory. The two are run in turn, so that the machine's drift meets both.
 */
export function benchGpuOverhead(options: GpuOverheadOptions): Promise<GpuOverhead> {
  // In a process of its own, since its log lines go to stdout as a Lambda's do, into a pipe that nobody shows.
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (message) => resolve(message as GpuOverhead));
    child.on('exit', (code) => reject(new Error(`the benchmark of predict-gpu ended with ${code}`)));
    child.send(options);
  });
}

async function measure({
  url,
  region,
  credentials,
  endpoint,
  model,
  rounds,
}: GpuOverheadOptions): Promise<GpuOverhead> {
  const access = { region, endpoint: url, credentials, random: Math.random };
  const { manifest } = model;
  const [spec] = manifest.inputs;
  const width = spec === undefined ? undefined : elementBytes[spec.datatype];
  if (spec === undefined || width === undefined) throw new Error(`${model.model} has no input of fixed width`);
  const { name, datatype } = spec;
  const shape = spec.shape.map((dimension) => Math.abs(dimension));
  const bytes = Buffer.alloc(elementCount(shape) * width);

  // A runtime each, so that neither finds the other's connection warm.
  const direct = new SageMakerRuntime(access);
  const invocation = tritonRequest(
    'bench',
    [{ name, datatype, shape, data: [], bytes }],
    manifest.outputs.map((output) => output.name),
  );
  const instanceType = manifest.target.kind === 'sagemaker' ? manifest.target.instanceType : 'ml.g5.xlarge';
  const endpoints: GpuEndpoints = { models: { [model.model]: { endpoint, instanceType } } };
  const catalog = memoryCatalog([model]);
  const runtime = new SageMakerRuntime(access);
  const handler = apiHandler(
    'tenant',
    predict({
      catalog,
      engine: new EngineByTarget({
        sagemaker: new SageMakerEngine({
          runtime,
          readiness: { isReady: async () => true },
          endpoints,
          catalog,
          random: Math.random,
        }),
      }),
      limiter: noLimits,
      journal: { append: () => Promise.resolve('stored') },
      journalled: { find: () => Promise.resolve(undefined) },
      spillway: { put: () => Promise.reject(new Error('there is no spillway')) },
      idempotency: { begin: () => Promise.resolve(undefined) },
      vocabularies: { of: () => Promise.resolve(undefined) },
      source: 'maas/bench/bench',
      newId: uuidv7,
      now: () => new Date(),
      random: Math.random,
      fits: fitsResult,
    }),
    new Logger({ serviceName: 'bench', logLevel: 'INFO' }),
  );
  const event = binaryEvent(model.model, { name, datatype, shape }, bytes);

  const directMs: number[] = [];
  const handlerMs: number[] = [];
  for (let round = -20; round < rounds; round++) {
    const started = performance.now();
    await direct.invoke(endpoint, invocation, { deadlineMs: 60_000 });
    const between = performance.now();
    const result = await handler(event, lambdaContext({}));
    const ended = performance.now();
    if (result.statusCode !== 200) throw new Error(`${endpoint} answered ${result.statusCode}: ${result.body}`);
    if (round < 0) continue;
    directMs.push(between - started);
    handlerMs.push(ended - between);
  }
  return { directMs: median(directMs), handlerMs: median(handlerMs) };
}

function binaryEvent(model: string, input: object, bytes: Uint8Array): APIGatewayProxyEvent {
  const inputs = [{ ...input, parameters: { binary_data_size: bytes.length } }];
  const header = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
  return proxyEvent('POST', '/v2/models/{model}/infer', {
    params: { model },
    caller: { tenant: 'bench', plan: 'pro', keyId: 'bench' },
    headers: { 'Inference-Header-Content-Length': String(header.length) },
    body: Buffer.concat([header, bytes]),
  });
}

if (import.meta.main) {
  process.once('message', (options) => {
    void measure(options as GpuOverheadOptions).then((result) => {
      process.send?.(result);
      process.disconnect?.();
      // The kept connections would hold the process for a while.
      process.exit();
    });
  });
}
