import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WorkFolder } from '../../../core/storage/work-folder.ts';

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'work-folder-test-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

/** A process that is no more. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

function leave(name: string): string {
  const path = join(temporary, name);
  mkdirSync(path);
  writeFileSync(join(path, 'lines'), 'a\n');
  return path;
}

test('what a run left that died is removed by the next, what others use stays', () => {
  const dead = leave(`ledger-${deadPid()}-abcdef`);
  const sameNumber = leave(`ledger-${process.pid}-abcdef`);
  const others = [
    leave(`ledger-${process.ppid}-abcdef`),
    leave(`focus-${deadPid()}-abcdef`),
    leave('ledger-notes'),
    leave(`ledger-${deadPid()}-with-more`),
  ];
  const first = new WorkFolder('ledger');
  expect([dead, sameNumber].map(existsSync)).toEqual([false, false]);
  writeFileSync(join(first.path, 'lines'), 'a\n');
  const second = new WorkFolder('ledger');
  expect([first.path, second.path, ...others].map(existsSync)).toEqual(Array(6).fill(true));
  first.remove();
  second.remove();
  expect([first.path, second.path].map(existsSync)).toEqual([false, false]);
});
