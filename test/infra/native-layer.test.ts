import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativeLayerFolder } from '../../infra/constructs/native-layer-folder.ts';
import { nativeModules } from '../../infra/constructs/native-modules.ts';

const here = process.arch === 'arm64' ? 'arm64' : 'x64';
const { folder, digest } = nativeLayerFolder(here, nativeModules);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(folder, path)).isFile())
  .sort();

describe('the native layer', () => {
  it('loads ONNX Runtime and sharp, from few files, in a process that sees nothing else', () => {
    const program = `
      const ort = require('onnxruntime-node');
      const sharp = require('sharp');
      sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).png().toBuffer().then((png) => {
        const files = Object.keys(require.cache).length;
        console.log(JSON.stringify({ session: typeof ort.InferenceSession.create, png: png.subarray(1, 4).toString(), files }));
      });`;
    const out = execFileSync(process.execPath, ['-e', program], {
      cwd: tmpdir(),
      // As Lambda does it for layers under /opt/nodejs.
      env: { NODE_PATH: join(folder, 'nodejs', 'node_modules') },
      encoding: 'utf8',
    });
    const { files, ...loaded } = JSON.parse(out);
    expect(loaded).toEqual({ session: 'function', png: 'PNG' });
    // Each costs a cold start; as they are installed, they are 94.
    expect(files).toBeLessThanOrEqual(10);
  });

  it('is at most 70 MB unpacked', () => {
    const bytes = files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
    expect(bytes).toBeLessThanOrEqual(70_000_000);
    expect(bytes).toBeGreaterThan(20_000_000);
  });

  it('holds native code for one platform only, and none for GPUs', () => {
    const native = files.filter((path) => /\.(node|dll|dylib)$|\.so/.test(path));
    expect(native).toHaveLength(4);
    for (const path of native) expect(path).toMatch(new RegExp(`linux[-/]${here}`));
    expect(files.join('\n')).not.toMatch(/cuda|tensorrt/i);
  });

  it('leaves out sources, types and maps, and keeps the licences', () => {
    expect(files.filter((path) => /\.(ts|cts|mts|map|mjs|cc|h|md)$/.test(path) && !/licen[cs]e/i.test(path))).toEqual(
      [],
    );
    expect(files).toContain(join('nodejs', 'node_modules', 'sharp', 'LICENSE'));
  });

  it('has the same name at every synthesis', () => {
    expect(nativeLayerFolder(here, nativeModules)).toEqual({ folder, digest });
  });
});

it('the layer with sharp alone loads it in a process that sees nothing else, and is a third of the size', () => {
  const small = nativeLayerFolder(here, ['sharp']);
  const sizeBytes = (path: string) =>
    readdirSync(path, { recursive: true, encoding: 'utf8' })
      .map((file) => statSync(join(path, file)))
      .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
  const out = execFileSync(process.execPath, ['-e', "console.log(typeof require('sharp'))"], {
    cwd: tmpdir(),
    env: { NODE_PATH: join(small.folder, 'nodejs', 'node_modules') },
    encoding: 'utf8',
  });
  expect(out.trim()).toBe('function');
  expect(small.digest).not.toBe(digest);
  expect(readdirSync(join(small.folder, 'nodejs', 'node_modules')).join(' ')).not.toContain('onnxruntime');
  expect(sizeBytes(small.folder)).toBeLessThan(sizeBytes(folder) / 2);
});
