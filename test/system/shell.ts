import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const standIn = fileURLToPath(new URL('./stand-in', import.meta.url));
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** Runs a script in a shell at the root of the project and gives what it printed; rejects when it fails. */
export async function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  // The tests need nothing but Node and npm, so not curl either.
  const path = hasCurl ? process.env['PATH'] : `${process.env['PATH']}:${standIn}`;
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], {
    cwd: root,
    env: { ...process.env, ...env, PATH: path },
  });
  return stdout;
}
