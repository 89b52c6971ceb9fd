import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const standIn = fileURLToPath(new URL('./stand-in', import.meta.url));
const quick = fileURLToPath(new URL('./quick', import.meta.url));
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/**
 * Runs a script in a shell at the root of the project and gives what it printed; rejects when it fails.
 *
 * @param npx whose: npm's own, or ours that starts the same programs at once
 */
export async function shell(
  script: string,
  env: Readonly<Record<string, string>> = {},
  npx: 'npm' | 'quick' = 'quick',
): Promise<string> {
  // The tests need nothing but Node and npm, so not curl either.
  const path = [...(npx === 'quick' ? [quick] : []), process.env['PATH'], ...(hasCurl ? [] : [standIn])].join(':');
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], {
    cwd: root,
    env: { ...process.env, ...env, PATH: path },
  });
  return stdout;
}
