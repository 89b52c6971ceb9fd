import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkFiles } from '../../core/catalog/check-files.ts';
import { manifestFiles } from '../../core/catalog/manifest-files.ts';
import { checkManifest } from '../../core/catalog/validate/check-manifest.ts';
import { buildArtifact } from '../../models/build-artifact.ts';
import { readManifest } from '../../models/read-manifest.ts';
import { sampleOutputs } from '../../models/sample-outputs.ts';

const names = readdirSync('models')
  .filter((name) => existsSync(join('models', name, 'model.json')))
  .sort();
const built = names.filter((name) => existsSync(join('models', name, 'build.ts')));

beforeAll(async () => {
  for (const name of built) await buildArtifact(join('models', name), { check: false, onProgress: () => {} });
}, 60_000);

test('the catalogue holds three models for a CPU and two for a GPU', () => {
  const target = (name: string): string => readManifest(join('models', name)).target.kind;
  expect(names.filter((name) => target(name) === 'lambda')).toEqual(['fashion', 'linear-2x', 'spam']);
  expect(names.filter((name) => target(name) === 'sagemaker')).toEqual(['moderation', 'resnet50']);
});

test('each model that was trained here is as good as the catalogue promises', () => {
  expect(readManifest('models/linear-2x').quality.errorMax).toBeLessThanOrEqual(1e-5);
  expect(readManifest('models/fashion').quality.accuracy).toBeGreaterThanOrEqual(0.9);
  expect(readManifest('models/spam').quality.accuracy).toBeGreaterThanOrEqual(0.95);
});

test('each model that was not is what it was made from, to the fifth digit', () => {
  expect(readManifest('models/moderation').quality.errorMax).toBeLessThanOrEqual(1e-5);
  expect(readManifest('models/resnet50').quality.errorMax).toBeLessThanOrEqual(1e-5);
});

describe.each(names)('%s', (name) => {
  const manifest = readManifest(join('models', name));
  const path = (file: string): string => join('models', name, file);
  const card = readFileSync(path('README.md'), 'utf8');

  test('its folder bears its name and holds every file that the manifest names', () => {
    expect(manifest.name).toBe(name);
    for (const file of manifestFiles(manifest)) expect(existsSync(path(file)), file).toBe(true);
  });

  test('it can be registered', () => {
    const file = (of: string): [string, { sha256: string; sizeBytes: number }] => [
      of,
      { sha256: '0'.repeat(64), sizeBytes: statSync(path(of)).size },
    ];
    expect(() => checkFiles(manifest, Object.fromEntries(manifestFiles(manifest).map(file)))).not.toThrow();
    expect(() => checkManifest(manifest)).not.toThrow();
  });

  test('its artifact is small or not kept with the code, and is the one that the card describes', () => {
    const artifact = readFileSync(path(manifest.artifact));
    if (!built.includes(name)) expect(artifact.length).toBeLessThan(5_000_000);
    expect(card).toContain(createHash('sha256').update(artifact).digest('hex'));
    expect(card).toContain(`${artifact.length.toLocaleString('en')} bytes`);
  });

  test('its artifact takes and gives what the manifest says, with a batch of any size', async () => {
    const session = await InferenceSession.create(path(manifest.artifact), { intraOpNumThreads: 1 });
    const types: Readonly<Record<string, string>> = { FP32: 'float32', INT64: 'int64' };
    for (const [metadata, specs] of [
      [session.inputMetadata, manifest.inputs],
      [session.outputMetadata, manifest.outputs],
    ] as const) {
      const described = specs.map(({ name, datatype, shape }) => ({
        name,
        isTensor: true,
        type: types[datatype],
        shape: shape.map((size, axis) => (size === -1 && axis === 0 ? 'batch' : size)),
      }));
      expect(metadata).toEqual(described);
    }
  });

  test('its sample gets the answer that the manifest states', async () => {
    const answers = await sampleOutputs(manifest, path(manifest.artifact));
    expect(answers.map((answer) => ({ ...answer, data: [] }))).toEqual(
      manifest.sample.outputs.map((output) => ({ ...output, data: [] })),
    );
    for (const [index, { data }] of manifest.sample.outputs.entries()) {
      for (const [at, value] of data.entries()) {
        const difference = Math.abs(Number(answers[index]?.data[at]) - Number(value));
        expect(difference).toBeLessThanOrEqual(manifest.sample.tolerance);
      }
    }
  });

  test('a classifier has a label for each class', () => {
    if (manifest.task === 'tensor') return expect(manifest.labels).toBeUndefined();
    expect(manifest.labels).toHaveLength(manifest.outputs[0]?.shape[1] ?? 0);
    return expect(manifest.scores).toBeDefined();
  });

  test('its card states licence, data, limits and the measured quality of the manifest', () => {
    expect(card).toContain(manifest.license);
    for (const heading of ['## Use', '## Data', '## Training', '## Quality', '## Limits'])
      expect(card).toContain(heading);
    const { accuracy, precision, recall, f1, errorMax } = manifest.quality;
    if (errorMax) expect(card).toContain(errorMax.toFixed(7).replace(/0+$/, ''));
    for (const figure of [accuracy, precision, recall, f1]) {
      if (figure !== undefined) expect(card).toContain(figure.toFixed(4));
    }
  });
});
