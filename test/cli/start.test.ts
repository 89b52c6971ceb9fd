import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { lockData } from '../../local/cloud/data-lock.ts';

const launcher = fileURLToPath(new URL('../../cli/maas.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'maas-start-'));

const start = (port: number, data: string): Promise<{ code: unknown; printed: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, PORT: String(port), MAAS_DATA: data };
    execFile(process.execPath, [launcher, 'start'], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code, printed: stdout + stderr }),
    );
  });

test('a port in use is named at once, with how to choose another, and nothing is written', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const data = join(folder, 'unused');
  expect(await start(port, data)).toEqual({
    code: 1,
    printed: `maas: port ${port} is in use by another program; choose another one: PORT=${port + 1} npm start\n`,
  });
  expect(existsSync(data)).toBe(false);
});

test('a data folder in use is refused at once, with its process, and its assembly stays as it is', async () => {
  onTestFinished(await lockData(folder));
  const { code, printed } = await start(0, folder);
  expect(code).toBe(1);
  expect(printed).toContain(`${folder} is in use by process ${process.pid}; stop that one`);
  expect(printed).toContain('MAAS_DATA=');
  expect(existsSync(join(folder, 'cdk.out'))).toBe(false);
});

test('a folder that cannot be is refused with how to choose another', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  for (const data of [file, join(file, 'below')]) {
    const { code, printed } = await start(0, data);
    expect([code, printed]).toEqual([1, expect.stringMatching(/^maas: .* cannot be a data folder .* MAAS_DATA=/)]);
  }
});

test('a PORT that is no port is refused by start, and is nothing to the other commands', async () => {
  const data = join(folder, 'unused');
  const env = { ...process.env, PORT: 'http', MAAS_DATA: data };
  const stderr = (...args: string[]): Promise<string> =>
    new Promise((resolve) => {
      execFile(process.execPath, [launcher, ...args], { env }, (_, __, printed) => resolve(printed));
    });
  expect(await stderr('start')).toMatch(/'http' from env 'PORT' is invalid.*65535/);
  expect(await stderr('tenants', 'list')).toContain('no cloud runs');
  expect(existsSync(data)).toBe(false);
});
