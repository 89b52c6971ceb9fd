import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { isAlive } from './is-alive.ts';

const folder = mkdtempSync(join(tmpdir(), 'lambda-orphans-'));
let parent: ChildProcess | undefined;

afterEach(() => {
  parent?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('killing the local cloud leaves no instance behind, not even one that is blocked', async () => {
  writeFileSync(
    join(folder, 'index.js'),
    `const child = require('node:child_process').spawn('sleep', ['300']);
     exports.handler = async ({ block }) => {
       process.stdout.write('');
       if (block) { require('node:fs').writeFileSync(block, JSON.stringify([process.pid, child.pid])); for (;;); }
       return [process.pid, child.pid];
     }`,
  );
  const script = fileURLToPath(new URL('./host-process.ts', import.meta.url));
  const host = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  parent = host;
  const pids = await new Promise<number[]>((resolve, reject) => {
    let text = '';
    host.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(JSON.parse(text) as number[]);
    });
    host.once('exit', () => reject(new Error('the host ended early')));
  });
  expect(pids).toHaveLength(4);
  for (const pid of pids) expect(isAlive(pid)).toBe(true);
  host.kill('SIGKILL');
  await vi.waitFor(
    () => {
      for (const pid of pids) expect(isAlive(pid)).toBe(false);
    },
    { timeout: 10_000 },
  );
});
