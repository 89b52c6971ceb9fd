import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { type Manifest, manifestSchema } from '../../core/catalog/manifest.ts';
import { manifestFiles } from '../../core/catalog/manifest-files.ts';
import { sampleOutputs } from '../../models/sample-outputs.ts';

const names = readdirSync('models', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const readManifest = (name: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(join('models', name, 'model.json'), 'utf8')));

test('the catalogue holds the three example models', () => {
  expect(names).toEqual(['fashion', 'linear-2x', 'spam']);
});

test('each model is as good as the catalogue promises', () => {
  expect(readManifest('linear-2x').quality.errorMax).toBeLessThanOrEqual(1e-5);
  expect(readManifest('fashion').quality.accuracy).toBeGreaterThanOrEqual(0.9);
  expect(readManifest('spam').quality.accuracy).toBeGreaterThanOrEqual(0.95);
});

describe.each(names)('%s', (name) => {
  const manifest = readManifest(name);
  const path = (file: string): string => join('models', name, file);
  const card = readFileSync(path('README.md'), 'utf8');

  test('its folder bears its name and holds every file that the manifest names', () => {
    expect(manifest.name).toBe(name);
    for (const file of manifestFiles(manifest)) expect(existsSync(path(file)), file).toBe(true);
  });

  test('its artifact is small, and is the one that the card describes', () => {
    expect(statSync(path(manifest.artifact)).size).toBeLessThan(5_000_000);
    const sha256 = createHash('sha256')
      .update(readFileSync(path(manifest.artifact)))
      .digest('hex');
    expect(card).toContain(sha256);
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
    const { accuracy, precision, recall, f1 } = manifest.quality;
    for (const figure of [accuracy, precision, recall, f1]) {
      if (figure !== undefined) expect(card).toContain(figure.toFixed(4));
    }
  });
});
