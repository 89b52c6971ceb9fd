import { expect, test } from 'vitest';
import { MaasError } from '../../../core/api/maas-error.ts';
import type { InferenceDependencies } from '../../../core/inference/inference.ts';
import { noUnits } from '../../../core/metering/add-units.ts';
import type { RollupRow } from '../../../core/metering/rollup.ts';
import { doublingModel } from '../engine/onnx-file.ts';
import { doubling } from './manifests.ts';
import { platform, type Sent } from './platform.ts';

const registered = { manifest: doubling, files: { 'model.onnx': doublingModel() } };
const request = (data: unknown = [1, 1, 1]): Sent => ({
  route: '/v2/models/{model}/infer',
  params: { model: 'double' },
  body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [3, 1], data }] }),
});

/** A limiter that lets everything in, and puts down what becomes of it. */
function noted() {
  const told: (string | RollupRow)[] = [];
  const note = (what: string) => (): Promise<void> => {
    told.push(what);
    return Promise.resolve();
  };
  const limiter: InferenceDependencies['limiter'] = {
    limitsOf: () => Promise.resolve({ concurrent: 1 }),
    admit: (_caller, _limits, use) => {
      told.push(use);
      return Promise.resolve({
        headers: { ratelimit: 'so much' },
        settle: ({ data }) => {
          told.push(`settled ${data.units.bytesOut > 0}`);
          return Promise.resolve();
        },
        release: note('released'),
      });
    },
  };
  return { told, limiter };
}

const body = String(request().body);
const use = expect.objectContaining({
  model: 'double',
  hardware: 'lambda-cpu',
  units: { ...noUnits, requests: 1, items: 3, bytesIn: body.length },
}) as unknown;

test('a success is settled before it is answered, and tells of the limits', async () => {
  const { told, limiter } = noted();
  const response = await platform([registered], { limiter }).send(request());
  expect([response.status, response.headers['ratelimit']]).toEqual([200, 'so much']);
  expect(told).toEqual([use, 'settled true']);
});

test('what is refused before it could run sets nothing aside', async () => {
  const { told, limiter } = noted();
  const served = platform([registered], { limiter });
  expect((await served.send(request(['no number', 1, 1]))).status).toBe(400);
  expect((await served.send({ ...request(), params: { model: 'unknown' } })).status).toBe(404);
  expect(told).toEqual([]);
});

test('a model that cannot be loaded or run, and a use that cannot be recorded, give back what was set aside', async () => {
  const failing = () => Promise.reject(new MaasError('broken', 500, 'broken'));
  const engine = {
    load: () => Promise.resolve(),
    isReady: async () => true,
    hardwareOf: () => 'lambda-cpu',
    run: failing,
  };
  for (const broken of [{ engine: { ...engine, load: failing } }, { engine }]) {
    const { told, limiter } = noted();
    expect((await platform([registered], { limiter, ...broken }).send(request())).status).toBe(500);
    expect(told).toEqual([use, 'released']);
  }
  const { told, limiter } = noted();
  const served = platform([registered], { limiter });
  served.journal.append = () => Promise.reject(new Error('no journal'));
  expect((await served.send(request())).status).toBe(503);
  expect(told).toEqual([use, 'settled true', 'released']);
});

test('who is over a limit is told so, and the model does not run', async () => {
  const { limiter } = noted();
  let runs = 0;
  const served = platform([registered], {
    limiter: { ...limiter, admit: () => Promise.reject(new MaasError('images-per-month-exceeded', 429, 'enough')) },
    engine: {
      load: () => Promise.resolve(),
      isReady: async () => true,
      hardwareOf: () => 'lambda-cpu',
      run: () => {
        runs++;
        return Promise.reject(new Error('ran'));
      },
    },
  });
  const { status, body } = await served.send(request());
  expect([status, JSON.parse(String(body))]).toEqual([
    429,
    { error: 'enough', type: 'urn:maas:problem:images-per-month-exceeded' },
  ]);
  expect([runs, served.events]).toEqual([0, []]);
});
