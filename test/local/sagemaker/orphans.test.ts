import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../lambda/is-alive.ts';

test('killing the local cloud leaves neither a container behind, not even a blocked one, nor what it started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sagemaker-orphans-'));
  const program = join(folder, 'container.js');
  writeFileSync(
    program,
    `const child = require('node:child_process').spawn('sleep', ['300']);
     console.log(process.pid);
     console.log(child.pid);
     const server = require('node:http').createServer((_, response) => {
       response.end(() => setTimeout(() => { for (;;); }, 100));
     });
     process.on('SIGTERM', () => undefined);
     server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));`,
  );
  const script = fileURLToPath(new URL('./host-process.ts', import.meta.url));
  const host = spawn(process.execPath, [script, folder, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    host.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const pids = await new Promise<number[]>((resolve, reject) => {
    let text = '';
    host.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.trim().split('\n');
      if (lines.length === 2) resolve(lines.map(Number));
    });
    host.once('exit', () => reject(new Error('the host ended early')));
  });
  for (const pid of pids) expect(isAlive(pid)).toBe(true);
  host.kill('SIGKILL');
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
});
