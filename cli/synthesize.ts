import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { localStage } from './local-stage.ts';
import { runScript } from './run-script.ts';

/** How the CDK says so: `Bundling asset dev/inference/predict/Function/Code/Stage...` */
const bundling = /^Bundling asset \S*?([^/\s]+)\/Function\/Code\/Stage/;
const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

interface Options {
  /** Whether the stage gets GPU endpoints. */
  readonly gpu: boolean;
  /** Folder of the models that get them. @default models/ */
  readonly models?: string;
  /** Takes a line about each function that is bundled. */
  readonly onStep: (step: string) => void;
}

/**
 * Synthesizes the local stage of the CDK app into `out`, as the CDK CLI would with `cdk.json`'s context, for this machine's CPU.
 *
 * @returns the assembly folder
 */
export async function synthesize(out: string, { gpu, models, onStep }: Options): Promise<string> {
  const { context } = cdkJson.parse(JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')));
  // The CDK takes a folder that is there for the bundle of the same function, whatever has changed in what that imports.
  rmSync(out, { recursive: true, force: true });
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  await runScript('infra/app.ts', 'synthesizing the CDK app', {
    environment: {
      CDK_OUTDIR: out,
      // The validators take most of the time of a synthesis and change nothing in its result; `cdk synth` and the tests run them.
      CDK_VALIDATION: 'false',
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../.build/compile-cache', import.meta.url)),
      CDK_CONTEXT_JSON: JSON.stringify({
        ...context,
        stage: localStage.name,
        architecture,
        ...(gpu ? { gpu: 'true' } : {}),
        ...(models === undefined ? {} : { models }),
      }),
    },
    onLine: (line) => {
      const [, name] = bundling.exec(line) ?? [];
      if (name !== undefined) onStep(`bundling the function ${name}`);
    },
  });
  return out;
}
