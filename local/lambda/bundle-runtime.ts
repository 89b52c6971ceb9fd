import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Makes one CommonJS file of `runtime/`, which every instance runs. Returns its path. */
export async function bundleRuntime(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, 'runtime.cjs');
  // Not `build`, whose service process would stay for as long as the local cloud runs.
  buildSync({
    entryPoints: [fileURLToPath(new URL('./runtime/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'silent',
  });
  return outfile;
}
