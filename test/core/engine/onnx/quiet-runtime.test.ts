import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../../..');

test('ONNX Runtime reports to nobody: it leaves no id of the machine and no reports to be sent in the home folder', () => {
  const home = mkdtempSync(join(tmpdir(), 'maas-home-'));
  const program = `
    const { OnnxEngine } = await import('./core/engine/onnx/onnx-engine.ts');
    const { doublingModel } = await import('./test/core/engine/onnx-file.ts');
    const { doubling } = await import('./test/core/inference/manifests.ts');
    const { modelVersion } = await import('./test/core/inference/platform.ts');
    const file = doublingModel();
    const engine = new OnnxEngine({ read: async () => file }, 1e6);
    await engine.load(modelVersion({ manifest: doubling, files: { 'model.onnx': file } }));
    console.log('loaded');`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    // None of CI's own variables, on which ONNX Runtime would be silent by itself.
    env: { HOME: home, TMPDIR: home },
    encoding: 'utf8',
  });
  expect(printed).toBe('loaded\n');
  expect(readdirSync(home)).toEqual([]);
  rmSync(home, { recursive: true });
});
