import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Manifest } from '../../../core/catalog/manifest.ts';
import { buildArtifact } from '../../../models/build-artifact.ts';
import { OnnxGraph } from '../../../models/onnx/onnx-graph.ts';
import { readManifest } from '../../../models/read-manifest.ts';
import { importWeights } from '../../../models/resnet50/import-weights.ts';
import type { PublishedWeights } from '../../../models/resnet50/published-weights.ts';
import { sampleOutputs } from '../../../models/sample-outputs.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Stands in for the published file: as old a format, other names, a fixed batch on the way, and constants among the inputs. */
function publishedFile(): Uint8Array {
  const graph = new OnnxGraph('published');
  const data = graph.input({ name: 'data', shape: [3, 4, 4] });
  const pool = graph.node('GlobalAveragePool', { name: 'pool0_fwd', inputs: [data] });
  const flat = graph.node('Flatten', { name: 'flatten0', inputs: [pool] });
  const weight = graph.initializer(
    'dense0_weight',
    [3, 5],
    Float32Array.from({ length: 15 }, (_, at) => at - 7),
  );
  const dense = graph.node('MatMul', { name: 'dense0', inputs: [flat, weight] });
  graph.output({ name: 'dense0_fwd', shape: [5] }, dense);
  const { ModelProto } = onnxProto.onnx;
  const model = ModelProto.decode(graph.encode());
  model.irVersion = 3;
  model.opsetImport = [{ domain: '', version: 12 }];
  const elements = { elemType: 1, shape: { dim: [{ dimValue: 3 }, { dimValue: 5 }] } };
  model.graph?.input?.push({ name: 'dense0_weight', type: { tensorType: elements } });
  return ModelProto.encode(model).finish();
}
const content = publishedFile();
const weights: PublishedWeights = {
  url: 'unused',
  sha256: sha256(content),
  sizeBytes: content.length,
  manifest: {
    description: 'trained',
    license: 'MIT',
    source: 'elsewhere',
    quality: { dataset: 'theirs', samples: 7, accuracy: 0.5 },
  },
};
const seeded: Manifest = {
  ...readManifest('models/resnet50'),
  inputs: [{ name: 'image', datatype: 'FP32', shape: [-1, 3, 4, 4] }],
  outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, 5] }],
  labels: ['a', 'b', 'c', 'd', 'e'],
  latency: { cpuMs: 80, measuredOn: 'another network' },
  sample: {
    inputs: [{ name: 'image', datatype: 'FP32', shape: [1, 3, 4, 4], uniform: { seed: 1 } }],
    outputs: [{ name: 'logits', datatype: 'FP32', shape: [1, 5], data: [0, 0, 0, 0, 0] }],
    tolerance: 1e-4,
  },
};

let folder: string;
let server: Server;
let ranges: (string | undefined)[];
/** Serves the file; tests replace it. */
let respond: RequestListener;
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-weights-'));
  writeFileSync(join(folder, 'model.json'), JSON.stringify(seeded));
  writeFileSync(join(folder, 'model.onnx'), 'seeded');
  ranges = [];
  respond = (_, response) => response.end(content);
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const run = async (from: { url: string } | { file: string } = { url }): Promise<string[]> => {
  const steps: string[] = [];
  await importWeights({ folder, from, weights, onProgress: (step) => steps.push(step) });
  return steps;
};
const unchanged = (): void => {
  expect(readFileSync(join(folder, 'model.onnx'), 'utf8')).toBe('seeded');
  expect(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))).toEqual(seeded);
};

test('the published file takes the place of the seeded one, under the names of the manifest', async () => {
  const steps = await run();
  expect(steps).toContain('100 % of 0 MB');
  const manifest = readManifest(folder);
  expect(manifest).toMatchObject({ ...weights.manifest, name: 'resnet50' });
  expect(manifest.inputs).toEqual(seeded.inputs);
  expect(manifest.latency).toBeUndefined();
  // Its sample has the answer that it gives, and its digest is recorded: what builds models finds it right.
  expect(await sampleOutputs(manifest, join(folder, 'model.onnx'))).toEqual(manifest.sample.outputs);
  expect(Math.abs(Number(manifest.sample.outputs[0]?.data[0]))).toBeGreaterThan(0.1);
  expect(await buildArtifact(folder, { check: true, onProgress: () => {} })).toBe('right');
  expect(readdirSync(folder).sort()).toEqual(['model.json', 'model.onnx', 'model.onnx.sha256']);
});

test('a copy that is here already is taken too, and stays', async () => {
  const file = join(folder, 'copy');
  writeFileSync(file, content);
  await run({ file });
  expect(readManifest(folder).license).toBe('MIT');
  expect(existsSync(file)).toBe(true);
});

test('another file of the same size is refused, and leaves nothing behind', async () => {
  const other = Buffer.from(content);
  other[100] = (other[100] ?? 0) ^ 1;
  respond = (_, response) => response.end(other);
  await expect(run()).rejects.toThrow(`not ${weights.sha256}: it is another file, and was not taken`);
  unchanged();
  expect(readdirSync(folder).sort()).toEqual(['model.json', 'model.onnx']);
});

test('a download that broke off goes on where it ended', async () => {
  const half = Math.floor(content.length / 2);
  respond = (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, half));
    const part = join(folder, `model.onnx.${weights.sha256}.part`);
    void vi.waitFor(() => expect(statSync(part).size).toBe(half)).then(() => response.destroy());
  };
  await expect(run()).rejects.toThrow(`broke off after ${half} of ${content.length} bytes`);
  unchanged();
  respond = (_, response) => {
    response.writeHead(206, { 'content-range': `bytes ${half}-${content.length - 1}/${content.length}` });
    response.end(content.subarray(half));
  };
  await run();
  expect(ranges).toEqual([undefined, `bytes=${half}-`]);
  expect(readManifest(folder).license).toBe('MIT');
});

test('where the server sends all of it again, it begins anew', async () => {
  writeFileSync(join(folder, `model.onnx.${weights.sha256}.part`), content.subarray(0, 10));
  await run();
  expect(ranges).toEqual(['bytes=10-']);
  expect(readManifest(folder).license).toBe('MIT');
});

test('a server that never ends is cut off at the size of the file', async () => {
  respond = (_, response) => createReadStream('/dev/zero').pipe(response);
  await expect(run()).rejects.toThrow(`more than the ${content.length} bytes`);
  unchanged();
});

test.each([
  ['no such file', (_, response) => response.writeHead(404).end(), 'answers 404 Not Found'],
  ['a shorter one', (_, response) => response.end(content.subarray(1)), `ended after ${content.length - 1} of`],
  [
    'another part',
    (_, response) => response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('12345'),
    'another part than was asked for',
  ],
] as [string, RequestListener, string][])('a server that has %s is an error that says so', async (_, answer, words) => {
  respond = answer;
  await expect(run()).rejects.toThrow(words);
  unchanged();
});
