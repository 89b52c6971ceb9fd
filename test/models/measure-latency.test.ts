import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const measureLatency = (...args: readonly string[]): Promise<{ code: number; stderr: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, ['models/measure-latency.ts', ...args], (_, __, stderr) => {
      resolve({ code: child.exitCode ?? -1, stderr });
    });
  });

test('it measures models of the catalogue, of which one must be named', async () => {
  expect(await measureLatency()).toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
  expect(await measureLatency('nothing')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no model nothing'),
  });
});

test.each(['fashion', 'moderation', 'resnet50', 'spam'])(
  'the manifest of %s says what a row takes, and on what',
  (name) => {
    const { latency } = JSON.parse(readFileSync(`models/${name}/model.json`, 'utf8')) as {
      latency?: { cpuMs: number; measuredOn: string };
    };
    expect(latency?.cpuMs).toBeGreaterThan(0);
    expect(latency?.measuredOn).toMatch(/core.*ONNX Runtime \d/);
  },
);
