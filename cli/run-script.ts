import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliError } from './cli-error.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Options {
  readonly arguments?: readonly string[];
  /** Added to this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes each line that the script writes to stderr. */
  readonly onLine: (line: string) => void;
}

/**
 * Runs a script of the project in a process of its own, which does not outlive this one. What it prints is shown only when it fails.
 *
 * @param script path from the project's root
 * @param what it does, as in "synthesizing the CDK app failed"
 * @throws CliError with all that the script printed
 */
export async function runScript(
  script: string,
  what: string,
  { arguments: args = [], environment = {}, onLine }: Options,
): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  createInterface(child.stderr).on('line', onLine);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  process.off('exit', kill);
  if (code !== 0) throw new CliError(`${what} failed:\n${Buffer.concat(printed).toString('utf8').trimEnd()}`);
}
