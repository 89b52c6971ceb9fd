import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
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
