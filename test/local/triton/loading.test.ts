import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityModel } from '../../core/engine/onnx-file.ts';
import { inferCall, send } from './infer-call.ts';
import { rowsModel } from './models.ts';
import { type ModelFolder, repository, TritonProcess } from './triton-process.ts';

const echo = identityModel([{ name: 'x', datatype: 'FP32', shape: ['n', 2] }]);
const config = (more: string, dims = 2, type = 'FP32'): string => `name: "m" backend: "onnxruntime" ${more}
  input { name: "x" data_type: TYPE_${type} dims: [ ${dims} ] } output { name: "x_out" data_type: TYPE_FP32 dims: [ 2 ] }`;
const folder = (text: string, versions: ModelFolder['versions'] = { 1: echo }): Record<string, ModelFolder> => ({
  m: { config: text, versions },
});
const good = folder(config('max_batch_size: 4'));

describe('a model that cannot be loaded', () => {
  const cases: readonly [string, Record<string, ModelFolder>, string, Record<string, string>?][] = [
    [
      'is not ONNX',
      folder(config('max_batch_size: 4'), { 7: Buffer.from('no model') }),
      "failed to load 'm' version 7: Internal: onnx runtime error: ",
    ],
    [
      'has another type than its configuration',
      folder(config('max_batch_size: 4', 2, 'INT32')),
      "failed to load 'm' version 1: Invalid argument: unable to load model 'm', configuration expects datatype TYPE_INT32 for input 'x', model provides TYPE_FP32",
    ],
    [
      'has another shape',
      folder(config('max_batch_size: 4', 3)),
      "failed to load 'm' version 1: Invalid argument: model 'm', tensor 'x': the model expects 2 dimensions (shape [-1,2]) but the model configuration specifies 2 dimensions (an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, making complete shape [-1,3])",
    ],
    [
      'has another rank',
      folder(config('')),
      "failed to load 'm' version 1: Invalid argument: model 'm', tensor 'x': the model expects 2 dimensions (shape [-1,2]) but the model configuration specifies 1 dimensions (shape [2])",
    ],
    [
      'has fewer inputs',
      folder(`${config('max_batch_size: 4')} input { name: "z" data_type: TYPE_FP32 dims: 1 }`),
      "unable to load model 'm', configuration expects 2 inputs, model provides 1",
    ],
    [
      'lacks an output',
      folder(config('max_batch_size: 4').replace('x_out', 'y')),
      "unexpected inference output 'y', allowed outputs are: x_out",
    ],
    [
      'cannot be batched',
      folder(config('max_batch_size: 4'), { 1: identityModel([{ name: 'x', datatype: 'FP32', shape: [1, 2] }]) }),
      'for the model to support batching the shape should have at least 1 dimension and the first dimension must be -1; but shape expected by the model is [1,2]',
    ],
    [
      'has a configuration with a slip',
      folder(config('max_batch_sise: 4')),
      'failed to read text proto from m/config.pbtxt: Error parsing text-format inference.ModelConfig: 1:34: Message type \\"inference.ModelConfig\\" has no field named \\"max_batch_sise\\".',
    ],
    [
      'is called otherwise than its folder',
      { n: good['m'] as ModelFolder },
      "unexpected directory name 'n' for model 'm', directory name must equal model name",
    ],
    [
      'has no version',
      folder(config('max_batch_size: 4'), {}),
      "at least one version must be available under the version policy of model 'm'",
    ],
    [
      'has no version that its policy allows',
      folder(config('version_policy { specific { versions: 2 } }')),
      'at least one version must be available',
    ],
    [
      'lacks its labels',
      folder(config('max_batch_size: 4').replace('"x_out"', '"x_out" label_filename: "labels.txt"')),
      "unable to open 'labels.txt' of model 'm'",
    ],
    [
      'has labels elsewhere',
      folder(config('max_batch_size: 4').replace('"x_out"', '"x_out" label_filename: "../../labels.txt"')),
      'leads out of the folder',
    ],
    ['is not there', {}, 'No model directories found'],
    [
      'is one of several',
      { ...good, n: good['m'] as ModelFolder },
      'More than one model directory found (m, n). Set SAGEMAKER_TRITON_DEFAULT_MODEL_NAME',
    ],
    [
      'is not the one that is asked for',
      good,
      "no model directory 'other' found",
      { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'other' },
    ],
  ];
  it.each(cases)(
    'ends the server with 1 and the reason on stderr when it %s',
    async (_, models, reason, environment) => {
      const triton = TritonProcess.spawn(repository(models), environment);
      expect(await triton.exited).toEqual({ code: 1, signal: null });
      expect(triton.printed.stderr).toContain(reason);
      expect(triton.printed.stderr.trim().split('\n')).toHaveLength(1);
      expect(triton.printed.stdout).not.toContain('"port"');
      await triton.remove();
    },
  );
});

describe('a model', () => {
  it('is the one that is asked for, in its highest version', async () => {
    const models = {
      n: { config: 'name: "n"', versions: {} },
      ...folder(config('max_batch_size: 4'), {
        9: Buffer.from('not this one'),
        10: echo,
        281474976710656: echo,
        0: echo,
        x: echo,
      }),
    };
    const triton = await TritonProcess.start(repository(models), { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'm' });
    const answer = await send(
      `${await triton.url()}/invocations`,
      inferCall([{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }]),
    );
    expect(answer.rest).toEqual({ model_name: 'm', model_version: '281474976710656' });
    await triton.remove();
  });

  it('takes and gives other shapes than requests do where the configuration reshapes them', async () => {
    const models = folder(
      `name: "m" backend: "onnxruntime" max_batch_size: 4
       input { name: "x" data_type: TYPE_FP32 dims: [ -1, 1 ] reshape { shape: [ -1 ] } }
       output { name: "x_out" data_type: TYPE_FP32 dims: [ 1, -1 ] reshape { shape: [ -1 ] } }`,
      { 1: identityModel([{ name: 'x', datatype: 'FP32', shape: ['n', 'm'] }]) },
    );
    const triton = await TritonProcess.start(repository(models));
    const { outputs } = await send(
      `${await triton.url()}/invocations`,
      inferCall([{ name: 'x', datatype: 'FP32', shape: [2, 3, 1], data: [1, 2, 3, 4, 5, 6] }]),
    );
    expect(outputs['x_out']).toMatchObject({ shape: [2, 1, 3], data: [1, 2, 3, 4, 5, 6] });
    await triton.remove();
  });

  it('may give a number per row, as dims [1] that the model does not have', async () => {
    const models = folder(
      `name: "m" backend: "onnxruntime" max_batch_size: 4
       input { name: "x" data_type: TYPE_FP32 dims: [ 1 ] reshape { shape: [ ] } }
       output { name: "x_out" data_type: TYPE_FP32 dims: [ 1 ] reshape { shape: [ ] } }`,
      { 1: identityModel([{ name: 'x', datatype: 'FP32', shape: ['n'] }]) },
    );
    const triton = await TritonProcess.start(repository(models));
    const { outputs } = await send(
      `${await triton.url()}/invocations`,
      inferCall([{ name: 'x', datatype: 'FP32', shape: [2, 1], data: [1, 2] }]),
    );
    expect(outputs['x_out']).toMatchObject({ shape: [2, 1], data: [1, 2] });
    await triton.remove();
  });

  it('takes a request that is nothing but its one tensor', async () => {
    const triton = await TritonProcess.start(repository(good));
    const headers = { 'content-type': 'application/vnd.sagemaker-triton.binary+json;json-header-size=0' };
    const body = Buffer.from(Float32Array.of(3, 4).buffer);
    const { outputs } = await send(`${await triton.url()}/invocations`, { body, headers });
    expect(outputs['x_out']).toMatchObject({ shape: [1, 2], data: new Uint8Array(body) });
    const wrong = await send(`${await triton.url()}/invocations`, { body: body.subarray(1), headers });
    expect(wrong.rest['error']).toContain("input byte size mismatch for input 'x' for model 'm'. Expected 8, got 7");
    await triton.remove();
  });
});

describe('the runtime', () => {
  it('reports to nobody: it leaves no id of the machine and no reports to be sent in the home folder', async () => {
    const home = mkdtempSync(join(tmpdir(), 'triton-home-'));
    const triton = await TritonProcess.start(repository(good), { HOME: home, TMPDIR: home });
    const call = inferCall([{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }]);
    expect((await send(`${await triton.url()}/invocations`, call)).status).toBe(200);
    triton.child.kill('SIGTERM');
    expect((await triton.exited).code).toBe(0);
    expect(readdirSync(home)).toEqual([]);
    await triton.remove();
    rmSync(home, { recursive: true });
  });
});

describe('the environment', () => {
  it.each([
    ['SAGEMAKER_BIND_TO_PORT', 'x'],
    ['SAGEMAKER_BIND_TO_PORT', '70000'],
    ['SAGEMAKER_TRITON_INFERENCE_TYPE', 'generate'],
    ['MODEL_ARTIFACT_BYTES_MAX', '-5'],
  ])('is refused by name: %s=%s', async (name, value) => {
    const triton = TritonProcess.spawn(repository({ rows: rowsModel('') }), { [name]: value });
    expect(await triton.exited).toEqual({ code: 1, signal: null });
    expect(triton.printed.stderr).toContain(`environment variable ${name}`);
    await triton.remove();
  });
});
