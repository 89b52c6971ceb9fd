import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildArtifact } from './build-artifact.ts';

const USAGE = `usage: npx node models/build.ts <model>… | --all [--check]

Builds the artifacts that are too large to be kept with the code: of the models that have a build.ts. An artifact that is
there and right stays as it is.

  --all    all of them
  --check  build nothing; exit code 1 when one is missing or not the one whose SHA-256 is recorded`;

const models = fileURLToPath(new URL('.', import.meta.url));

/** @returns exit code: 0 when all are right at the end, 1 when one could not be built or did not stand the check, 2 for wrong usage */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean' }, check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const buildable = readdirSync(models).filter((name) => existsSync(join(models, name, 'build.ts')));
  const unknown = positionals.find((name) => !buildable.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is not built; these are: ${buildable.join(', ')}`);
  if (positionals.length > 0 === (values.all === true)) throw new Error(USAGE);

  let code = 0;
  for (const name of values.all ? buildable : positionals) {
    const folder = join(models, name);
    try {
      const check = values.check === true;
      // One line a step, also for who starts this and shows it.
      const state = await buildArtifact(folder, { check, onProgress: (step) => console.error(`${name}: ${step}`) });
      if (check && state !== 'right') code = 1;
      console.log(`${relative(process.cwd(), folder)}: ${state === 'right' ? 'is right' : check ? state : 'built'}`);
    } catch (error) {
      console.error(`${name}: ${(error as Error).message}`);
      code = 1;
    }
  }
  return code;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
