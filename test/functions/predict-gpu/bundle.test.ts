import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { nativeModules } from '../../../infra/constructs/native-modules.ts';

test('the function takes pictures without ONNX Runtime, which its layer does not bring', () => {
  const { metafile } = buildSync({
    entryPoints: ['functions/predict-gpu/handler.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: [...nativeModules],
    write: false,
    metafile: true,
  });
  const files = Object.keys(metafile.inputs);
  expect(files).toContain('core/task/image-classification/decode-image.ts');
  expect(files.filter((file) => file.includes('onnx'))).toEqual([]);
  const packages = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  expect(packages.filter((path) => !path.startsWith('node:'))).toEqual([]);
});
