import { describe, expect, test } from 'vitest';
import type { ModelVersion } from '../../../../core/catalog/model-version.ts';
import { targetModel } from '../../../../core/catalog/triton/multi-model-key.ts';
import { repositoryVersion } from '../../../../core/catalog/triton/repository-version.ts';
import type { GpuEndpoints } from '../../../../core/engine/sagemaker/gpu-endpoints.ts';
import type { EndpointInvoker, Invocation } from '../../../../core/engine/sagemaker/invocation.ts';
import { InvokeError } from '../../../../core/engine/sagemaker/invoke-error.ts';
import { SageMakerEngine } from '../../../../core/engine/sagemaker/sagemaker-engine.ts';
import { BinaryTensor } from '../../../../core/tensor/binary-tensor.ts';
import { readTritonRequest, tritonAnswer } from '../../../fakes/sagemaker-runtime/fake-triton.ts';
import { manifest } from '../../inference/manifests.ts';
import { memoryCatalog, modelVersion } from '../../inference/platform.ts';

const sagemaker = { kind: 'sagemaker', instanceType: 'ml.g5.xlarge', instancesPerGpu: 1 } as const;
const heavy = manifest({
  name: 'heavy',
  target: sagemaker,
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1, 1] },
    { name: 'z', datatype: 'INT8', shape: [-1] },
  ],
});
const version = (number: string, changes: Partial<ModelVersion> = {}): ModelVersion => ({
  ...modelVersion({ manifest: heavy, version: number, files: { 'model.onnx': Buffer.from(`weights ${number}`) } }),
  ...changes,
});
const weights = ({ files }: ModelVersion): string => repositoryVersion(files['model.onnx']?.sha256 ?? '');
const x = new BinaryTensor({ name: 'x', datatype: 'FP32', shape: [1, 2] }, Buffer.from(Float32Array.of(1, 2).buffer));
const y = { name: 'y', datatype: 'FP32', shape: [1, 1], bytes: Buffer.from(Float32Array.of(3).buffer) };
const z = { name: 'z', datatype: 'INT8', shape: [1], bytes: Buffer.from([4]) };
const own: GpuEndpoints = { models: { heavy: { endpoint: 'maas-dev-model-heavy', instanceType: 'ml.g5.xlarge' } } };

/** The engine over an invoker that answers one thing after the other, the last one for ever. */
function engineThat(...outcomes: (Error | { readonly body: Uint8Array; readonly contentType: string })[]) {
  const invocations: (Invocation & { readonly endpoint: string; readonly deadlineMs: number })[] = [];
  const runtime: EndpointInvoker = {
    invoke: async (endpoint, invocation, { deadlineMs }) => {
      invocations.push({ endpoint, ...invocation, deadlineMs });
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      if (outcome === undefined) throw new Error('no outcome');
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
  const engine = (endpoints = own, versions: readonly ModelVersion[] = []) =>
    new SageMakerEngine({
      runtime,
      readiness: { isReady: async () => true },
      endpoints,
      catalog: memoryCatalog(versions),
      random: () => 0,
    });
  return { engine, invocations };
}
const answered = (by: ModelVersion, outputs = [y, z]) => {
  const { contentType, body } = tritonAnswer(weights(by), outputs);
  return { contentType, body: Buffer.from(body as Uint8Array) };
};
const failed = (name: string, status: number): InvokeError => new InvokeError('e', name, status, 'as it goes');

describe('a run', () => {
  test('sends the tensor’s own bytes, asks for what is wanted in binary, and is billed by its endpoint’s hardware', async () => {
    const one = version('1');
    const { engine, invocations } = engineThat(answered(one, [z]));
    const result = await engine().run(one, [x], ['z'], { requestId: 'request-1', remainingMs: () => 900 });
    expect(invocations).toMatchObject([{ endpoint: 'maas-dev-model-heavy', deadlineMs: 900 }]);
    expect(invocations[0]).not.toHaveProperty('targetModel');
    const sent = invocations[0] as Invocation;
    const headers = { 'content-type': sent.contentType };
    expect(readTritonRequest({ headers, body: Buffer.concat(sent.body) })).toEqual({
      id: 'request-1',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], bytes: x.bytes }],
      outputs: [{ name: 'z', parameters: { binary_data: true } }],
    });
    expect(result).toMatchObject({ answeredBy: one, hardware: 'sagemaker-ml.g5.xlarge' });
    expect(result.computeMs).toBeGreaterThanOrEqual(0);
    expect(result.outputs.map(({ name, data }) => [name, data])).toEqual([['z', Int8Array.of(4)]]);
  });

  test('outside a call has no id and all the time', async () => {
    const { engine, invocations } = engineThat(answered(version('1')));
    await engine().run(version('1'), [x]);
    expect(invocations[0]?.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    expect(Buffer.concat(invocations[0]?.body ?? []).toString()).not.toContain('"id"');
  });

  test.each([0, 3])(
    'of %i rows, of a model whose batches have one or two, is refused without asking the endpoint',
    async (rows) => {
      const batched = version('1');
      const target = { ...sagemaker, batching: { rowsMax: 2, delayUs: 0 } };
      const { engine, invocations } = engineThat(answered(batched));
      const input = new BinaryTensor({ name: 'x', datatype: 'FP32', shape: [rows, 2] }, new Uint8Array(rows * 8));
      const refused = { status: 400, message: `input 'x' has ${rows} rows, but model 'heavy' takes 1 to 2 a call` };
      const run = engine().run({ ...batched, manifest: { ...heavy, target } }, [input]);
      await expect(run).rejects.toMatchObject(refused);
      expect(invocations).toEqual([]);
    },
  );

  test('of a model without an endpoint of its own names its weights to the shared one', async () => {
    const shared: GpuEndpoints = { models: {}, multiModel: { endpoint: 'shared', instanceType: 'ml.g6.xlarge' } };
    const two = version('2');
    const { engine, invocations } = engineThat(answered(two));
    const { hardware } = await engine(shared).run(two, [x]);
    expect(hardware).toBe('sagemaker-ml.g6.xlarge');
    const target = targetModel(heavy, two.files['model.onnx']?.sha256 ?? '');
    expect(invocations).toMatchObject([{ endpoint: 'shared', targetModel: target }]);
  });

  test('of a model whose endpoint may scale to zero names its inference component', async () => {
    const scaling: GpuEndpoints = {
      models: { heavy: { endpoint: 'e', instanceType: 'ml.g5.xlarge', inferenceComponent: 'part' } },
    };
    const { engine, invocations } = engineThat(answered(version('1')));
    await engine(scaling).run(version('1'), [x]);
    expect(invocations).toMatchObject([{ endpoint: 'e', inferenceComponent: 'part' }]);
    expect(invocations[0]).not.toHaveProperty('instanceType');
  });

  test.each(['heavy', 'constructor'])(
    'of %s without any endpoint is a 503 whose cause is for the operator',
    async (name) => {
      const { engine, invocations } = engineThat();
      await expect(engine({ models: {} }).run(version('1', { model: name }), [x])).rejects.toMatchObject({
        status: 503,
        retryAfterSeconds: 60,
        message: `model '${name}' runs on a GPU, and no endpoint serves it now; not billed`,
        cause: { message: `GPU_ENDPOINTS names neither an endpoint for ${name} nor a multi-model endpoint` },
      });
      expect(invocations).toEqual([]);
    },
  );

  test('is ready without being loaded', async () => {
    const { engine, invocations } = engineThat();
    await engine().load();
    expect(invocations).toEqual([]);
  });
});

describe('the version that answered', () => {
  test('is found by its weights when it is not the one asked for', async () => {
    const [one, two] = [version('1'), version('2')];
    const { engine } = engineThat(answered(one));
    const { answeredBy } = await engine(own, [two, one]).run(two, [x]);
    expect(answeredBy.version).toBe('1');
  });

  test('is the one asked for when several have the same weights', async () => {
    const one = version('1');
    const same = { ...one, version: '3' };
    const { engine } = engineThat(answered(one));
    expect((await engine(own, [same, one]).run(one, [x])).answeredBy.version).toBe('1');
  });

  test.each(['UPLOADING', 'VALIDATING', 'FAILED'] as const)('is none that is %s: 503, and try again', async (state) => {
    const other = version('9', { state });
    const { engine } = engineThat(answered(other));
    await expect(engine(own, [other]).run(version('1'), [x])).rejects.toMatchObject({
      status: 503,
      retryAfterSeconds: 30,
      message: expect.stringContaining('being rolled out'),
      cause: { message: `the endpoint of heavy answers with weights '${weights(other)}', of no READY version` },
    });
  });

  test('with other outputs than were asked for is being rolled out, and not broken', async () => {
    const [one, two] = [version('1'), version('2')];
    const { engine } = engineThat(answered(one, [y]));
    await expect(engine(own, [one]).run(two, [x])).rejects.toMatchObject({
      status: 503,
      cause: { message: "version 1 answered for 2 of heavy, and its outputs differ: the answer lacks output 'z'" },
    });
  });
});

test('an answer that cannot be read is a 502 that says nothing of it', async () => {
  const { engine } = engineThat({ contentType: 'text/html', body: Buffer.from('<secret>') });
  const error = await engine()
    .run(version('1'), [x])
    .catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ status: 502, code: 'bad-answer', message: expect.not.stringMatching(/secret|html/) });
});

describe('a second try', () => {
  const context = (...left: number[]) => ({
    requestId: 'r',
    remainingMs: () => (left.length > 1 ? left.shift() : left[0]) as number,
  });

  test.each([
    ['ModelNotReadyException', 429],
    ['ThrottlingException', 400],
    ['ServiceUnavailable', 503],
  ])('is made after %s, with the time that is left', async (name, status) => {
    const { engine, invocations } = engineThat(failed(name, status), answered(version('1')));
    await engine().run(version('1'), [x], undefined, context(1000, 900, 800));
    expect(invocations.map(({ deadlineMs }) => deadlineMs)).toEqual([1000, 800]);
  });

  test('is the last one', async () => {
    const { engine, invocations } = engineThat(failed('ServiceUnavailable', 503));
    await expect(engine().run(version('1'), [x], undefined, context(1000))).rejects.toMatchObject({ status: 503 });
    expect(invocations).toHaveLength(2);
  });

  test('is not made when less than half of the time is left', async () => {
    const { engine, invocations } = engineThat(failed('ServiceUnavailable', 503));
    await expect(engine().run(version('1'), [x], undefined, context(1000, 499))).rejects.toMatchObject({ status: 503 });
    expect(invocations).toHaveLength(1);
  });

  test.each([
    ['ModelError', 424],
    ['InternalFailure', 500],
    ['InternalDependencyException', 530],
    ['ValidationError', 400],
    ['ConnectionLost', 0],
    ['DeadlineExceeded', 0],
    ['AnswerTooLong', 0],
  ])('is not made after %s', async (name, status) => {
    const { engine, invocations } = engineThat(failed(name, status));
    await expect(engine().run(version('1'), [x], undefined, context(1000))).rejects.toThrow();
    expect(invocations).toHaveLength(1);
  });
});
