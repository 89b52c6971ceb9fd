import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const launcher = fileURLToPath(new URL('../../cli/maas.js', import.meta.url));

/** A tenant as `maas tenants create --json` prints it. */
export interface NewTenant {
  readonly tenant: string;
  readonly plan: string;
  readonly apiKey: string;
  readonly keyId: string;
}

/** What a run of the command line gave. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `maas` against the shared platform. */
export async function maas(...args: readonly string[]): Promise<CommandResult> {
  const env = { ...process.env, MAAS_DATA: inject('maas').data };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [launcher, ...args], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** The same with `--json`, parsed; fails with what it printed when it did not succeed. */
export async function maasJson<Answer>(...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await maas('--json', ...args);
  if (code !== 0) throw new Error(`maas ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

let created = 0;

/** A fresh tenant, so that tests do not share quotas or usage. */
export const newTenant = (plan = 'enterprise'): Promise<NewTenant> =>
  maasJson('tenants', 'create', `test-${process.pid}-${created++}`, '--plan', plan);
