import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { CliError } from './cli-error.ts';
import { localStage } from './local-stage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * Synthesizes the local stage of the CDK app into `out`, as the CDK CLI would with `cdk.json`'s context, for this machine's CPU.
 *
 * @returns the assembly folder
 */
export async function synthesize(out: string): Promise<string> {
  const { context } = cdkJson.parse(JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')));
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: out,
      // The validators take most of the time of a synthesis and change nothing in its result; `cdk synth` and the tests run them.
      CDK_VALIDATION: 'false',
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../.build/compile-cache', import.meta.url)),
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage: localStage.name, architecture }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // What synth prints is of interest only when it fails.
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) {
    throw new CliError(`synthesizing the CDK app failed:\n${Buffer.concat(printed).toString('utf8').trimEnd()}`);
  }
  return out;
}
