import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildArtifact } from '../../models/build-artifact.ts';

const content = 'the bytes of a model';
const digest = createHash('sha256').update(content).digest('hex');

let folder: string;
let artifact: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-artifact-'));
  artifact = join(folder, 'model.onnx');
  writeFileSync(join(folder, 'model.json'), readFileSync('models/moderation/model.json'));
  writeFileSync(`${artifact}.sha256`, `${digest}  model.onnx\n`);
  makes(content);
});
afterEach(() => rmSync(folder, { recursive: true }));

const makes = (bytes: string): void =>
  writeFileSync(
    join(folder, 'build.ts'),
    `export const build = async (onProgress) => { onProgress('making it'); return Buffer.from(${JSON.stringify(bytes)}); };\n`,
  );
const run = async (check = false): Promise<{ state: string; steps: string[] }> => {
  const steps: string[] = [];
  return { state: await buildArtifact(folder, { check, onProgress: (step) => steps.push(step) }), steps };
};

test('a missing artifact is built, one that is right is left alone', async () => {
  expect(await run()).toEqual({ state: 'missing', steps: ['making it', 'writing the file'] });
  expect(readFileSync(artifact, 'utf8')).toBe(content);
  expect(await run()).toEqual({ state: 'right', steps: [] });
});

test('a damaged artifact is replaced', async () => {
  writeFileSync(artifact, content.slice(1));
  expect((await run()).state).toBe('wrong');
  expect(readFileSync(artifact, 'utf8')).toBe(content);
});

test('a check builds nothing', async () => {
  expect(await run(true)).toEqual({ state: 'missing', steps: [] });
  writeFileSync(artifact, 'damaged');
  expect(await run(true)).toEqual({ state: 'wrong', steps: [] });
  expect(readFileSync(artifact, 'utf8')).toBe('damaged');
});

test('what is not the artifact whose digest is recorded is not written', async () => {
  makes('other bytes');
  await expect(run()).rejects.toThrow(`wants ${digest}`);
  expect(readdirSync(folder)).not.toContain('model.onnx');
});

test('several that build at once leave one whole file, and nothing else', async () => {
  await Promise.all([run(), run(), run()]);
  expect(readFileSync(artifact, 'utf8')).toBe(content);
  expect(readdirSync(folder).sort()).toEqual(['build.ts', 'model.json', 'model.onnx', 'model.onnx.sha256']);
});

test('what a killed process left is removed once no process can still be writing it', async () => {
  const [old, young] = [`${artifact}.old.tmp`, `${artifact}.young.tmp`];
  for (const leftover of [old, young]) writeFileSync(leftover, 'half');
  const yesterday = Date.now() / 1000 - 24 * 60 * 60;
  utimesSync(old, yesterday, yesterday);
  await run();
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual(['model.onnx.young.tmp']);
});

const command = (...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, ['models/build.ts', ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });

test('the command builds what is named, and says so', async () => {
  const { code, stdout } = await command('moderation');
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^models\/moderation: (built|is right)\n$/),
  });
  expect(await command('moderation', '--check')).toMatchObject({ code: 0, stdout: 'models/moderation: is right\n' });
});

test('the command refuses models that are not built, unknown options and to guess', async () => {
  expect(await command('fashion')).toMatchObject({ code: 2, stderr: expect.stringContaining('these are: moderation') });
  expect(await command('--force')).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
  expect(await command()).toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
  expect(await command('--all', 'resnet50')).toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
  expect(await command('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--check') });
});
