import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { CliError } from './cli-error.ts';
import { localStage } from './local-stage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** How the CDK says so: `Bundling asset dev/inference/predict/Function/Code/Stage...` */
const bundling = /^Bundling asset \S*?([^/\s]+)\/Function\/Code\/Stage/;
const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * Synthesizes the local stage of the CDK app into `out`, as the CDK CLI would with `cdk.json`'s context, for this machine's CPU.
 *
 * @param onStep takes a line about each function that is bundled
 * @returns the assembly folder
 */
export async function synthesize(out: string, onStep: (step: string) => void): Promise<string> {
  const { context } = cdkJson.parse(JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')));
  // The CDK takes a folder that is there for the bundle of the same function, whatever has changed in what that imports.
  rmSync(out, { recursive: true, force: true });
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
  createInterface(child.stderr).on('line', (line) => {
    const [, name] = bundling.exec(line) ?? [];
    if (name !== undefined) onStep(`bundling the function ${name}`);
  });
  // It must not outlive this process.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  process.off('exit', kill);
  if (code !== 0) {
    throw new CliError(`synthesizing the CDK app failed:\n${Buffer.concat(printed).toString('utf8').trimEnd()}`);
  }
  return out;
}
