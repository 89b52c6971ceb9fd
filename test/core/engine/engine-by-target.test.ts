import { expect, test } from 'vitest';
import type { Engine } from '../../../core/engine/engine.ts';
import { EngineByTarget } from '../../../core/engine/engine-by-target.ts';
import { doubling } from '../inference/manifests.ts';
import { modelVersion } from '../inference/platform.ts';

const light = modelVersion({ manifest: doubling, files: {} });
const heavy = modelVersion({
  manifest: { ...doubling, target: { kind: 'sagemaker', instanceType: 'ml.g5.xlarge', instancesPerGpu: 1 } },
  files: {},
});

/** An engine that writes down what it is asked. */
function recording() {
  const asked: unknown[][] = [];
  const engine: Engine = {
    load: async (...all) => void asked.push(['load', ...all]),
    isReady: async () => true,
    hardwareOf: () => 'any',
    run: async (...all) => {
      asked.push(['run', ...all]);
      return { outputs: [], computeMs: 1, answeredBy: all[0], hardware: 'any' };
    },
  };
  return { engine, asked };
}

test('a model runs on the engine of its target, with all that was asked', async () => {
  const [lambda, sagemaker] = [recording(), recording()];
  const engine = new EngineByTarget({ lambda: lambda.engine, sagemaker: sagemaker.engine });
  const context = { requestId: 'r', remainingMs: () => 1 };
  await engine.load(light);
  await engine.run(heavy, [], ['y'], context);
  expect(engine.hardwareOf(heavy)).toBe('any');
  expect(lambda.asked).toEqual([['load', light]]);
  expect(sagemaker.asked).toEqual([['run', heavy, [], ['y'], context]]);
});

test('a model that this function cannot run is unavailable, and the operator’s to put right', async () => {
  const engine = new EngineByTarget({ sagemaker: recording().engine });
  expect([await engine.isReady(light), await engine.isReady(heavy)]).toEqual([false, true]);
  await expect(engine.load(light)).rejects.toMatchObject({
    status: 503,
    retryAfterSeconds: 60,
    message: "version 1 of model 'double' cannot run where it is served now; not billed",
    cause: {
      message:
        "version 1 of double has the target lambda, which this function cannot run: take double out of the stage's gpu.models, or make a version for sagemaker live",
    },
  });
});
