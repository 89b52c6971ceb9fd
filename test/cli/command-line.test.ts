import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../cli/maas.js', import.meta.url));

const maas = (args: readonly string[], data: string): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, MAAS_DATA: data };
    execFile(process.execPath, [launcher, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
const empty = mkdtempSync(join(tmpdir(), 'maas-cli-'));

test.each([
  [['--help'], ['start', 'tenants', 'keys', 'models', 'usage', '--json', '--stage']],
  [
    ['tenants', '--help'],
    ['create', 'list', 'show', 'suspend'],
  ],
  [
    ['keys', '--help'],
    ['create', 'list', 'revoke', 'rotate'],
  ],
  [
    ['models', '--help'],
    ['push', 'list', 'show'],
  ],
  [
    ['keys', 'rotate', '--help'],
    ['--overlap', '24h'],
  ],
])('%s tells what there is', async (args, words) => {
  const { code, stdout } = await maas(args, empty);
  expect(code).toBe(0);
  for (const word of words) expect(stdout).toContain(word);
});

test('without a cloud it says how to start one, in JSON too', async () => {
  const text = await maas(['tenants', 'list'], empty);
  expect(text.code).toBe(1);
  expect(text.stderr).toContain('npm start');
  const json = await maas(['--json', 'tenants', 'list'], empty);
  expect((JSON.parse(json.stderr) as { error: string }).error).toContain('npm start');
});

test('a cloud whose process is gone is not waited for', async () => {
  const data = mkdtempSync(join(tmpdir(), 'maas-cli-'));
  const operator = { accessKeyId: 'a', secretAccessKey: 'b' };
  // No process has an id beyond the kernel's largest, 2^22.
  const cloud = { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', pid: 2 ** 22 + 1, operator, outputs: {} };
  writeFileSync(join(data, 'cloud.json'), JSON.stringify(cloud));
  const { code, stderr } = await maas(['tenants', 'list'], data);
  expect(code).toBe(1);
  expect(stderr).toContain('npm start');
});

test.each(['soon', '-1', '1w', ''])('the overlap %j is refused with an example', async (overlap) => {
  const { code, stderr } = await maas(['keys', 'rotate', 't', 'k', '--overlap', overlap], empty);
  expect(code).toBe(1);
  expect(stderr).toContain('24h');
});

test('a port beyond the range is refused', async () => {
  const { code, stderr } = await maas(['start', '--port', '99999'], empty);
  expect(code).toBe(1);
  expect(stderr).toContain('65535');
});

test.each([
  ['an unknown command', ['--json', 'foo'], /unknown command 'foo'/],
  ['a missing argument', ['keys', '--json', 'list'], /tenant/],
  ['a bad value', ['--json', 'start', '--port', 'x'], /from 0 to 65535/],
  ['no command of a group', ['--json', 'keys'], /maas --help/],
])('with --json, %s is told as one JSON object too', async (_, args, words) => {
  const { code, stdout, stderr } = await maas(args, empty);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect((JSON.parse(stderr) as { error: string }).error).toMatch(words);
});

/** A data folder whose cloud says that it runs, where nothing listens: whatever is sent fails with "cannot reach". */
function cloudThatIsOut(): string {
  const data = mkdtempSync(join(tmpdir(), 'maas-cli-'));
  const operator = { accessKeyId: 'a', secretAccessKey: 'b' };
  const outputs = { 'maas-dev-api': { ControlApiId: 'a', ControlApiStage: 'dev' } };
  const cloud = { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', pid: process.pid, operator, outputs };
  writeFileSync(join(data, 'cloud.json'), JSON.stringify(cloud));
  return data;
}

test.each([[['tenants', 'show', '']], [['keys', 'revoke', 'acme', '..']], [['models', 'show', '.']]])(
  'an id that would lead to another route is refused: %j',
  async (args) => {
    const { code, stderr } = await maas(args, cloudThatIsOut());
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^maas: there is no (tenant|key|model) "/)]);
  },
);

test.each(['model.json', 'model.onnx'])('a folder in place of %s is named', async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'maas-model-'));
  cpSync(fileURLToPath(new URL('../../models/linear-2x/model.json', import.meta.url)), join(folder, 'model.json'));
  rmSync(join(folder, name), { force: true });
  mkdirSync(join(folder, name));
  const { stderr } = await maas(['models', 'push', folder], cloudThatIsOut());
  expect(stderr).toBe(`maas: ${join(folder, name)} cannot be read (EISDIR)\n`);
});
