import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MaasProcess } from './maas-process.ts';

const data = mkdtempSync(join(tmpdir(), 'maas-durability-'));
let maas: MaasProcess;

beforeAll(async () => {
  maas = await MaasProcess.start(data);
});
afterAll(async () => {
  await maas.end();
  rmSync(data, { recursive: true, force: true });
});

const infer = async (): Promise<number> => {
  const response = await fetch(`${maas.demo.url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': maas.demo.apiKey },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] }] }),
  });
  return response.status;
};
const requests = async (): Promise<number> =>
  (await maas.json<{ totals: { requests: number } }>('usage', 'demo')).totals.requests;

/** Processes that were started, directly or not, for this data folder. */
const processes = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['environ', 'cmdline'].some((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(data);
        } catch {
          return false; // It ended meanwhile.
        }
      }),
    )
    .map(Number);

const untilNone = async (): Promise<number[]> => {
  for (let tries = 0; tries < 100 && processes().length > 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return processes();
};

test('after kill -9 of everything and a restart, key and usage are the same', async () => {
  const statuses = await Promise.all(Array.from({ length: 5 }, infer));
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
  const { apiKey } = maas.demo;
  const before = await requests();
  expect(before).toBe(5);
  // Kill in the middle of further requests: each either was answered and counts, or was not.
  const during = Array.from({ length: 20 }, () => infer().catch(() => 0));
  await Promise.race(during);
  for (const pid of processes()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Its parent was killed a moment before, and it ended by itself.
    }
  }
  const answered = (await Promise.all(during)).filter((status) => status === 200).length;
  expect(await untilNone()).toEqual([]);

  maas = await MaasProcess.start(data);
  expect(maas.demo.apiKey).toBe(apiKey);
  const after = await requests();
  // What was journaled but not yet answered when the power went may count; nothing that was answered may be lost.
  expect(after).toBeGreaterThanOrEqual(before + answered);
  expect(after).toBeLessThanOrEqual(before + 20);
  expect(await infer()).toBe(200);
  expect(await requests()).toBe(after + 1);
});

test('when only the parent is killed, no child outlives it', async () => {
  await infer();
  await maas.end('SIGKILL');
  expect(await untilNone()).toEqual([]);
  maas = await MaasProcess.start(data);
  expect(await infer()).toBe(200);
});

test('Ctrl-C stops everything, and no file says that it still runs', async () => {
  // As it comes through npm: once from the terminal, and once more from npm.
  const ended = maas.end('SIGINT');
  maas.child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(await untilNone()).toEqual([]);
  await expect(maas.maas('usage', 'demo')).rejects.toThrow(/npm start/);
  maas = await MaasProcess.start(data);
});
