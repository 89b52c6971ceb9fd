import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { type Manifest, manifestSchema } from '../core/catalog/manifest.ts';
import { deviations } from './deviations.ts';
import { measure } from './measure.ts';
import { report } from './report.ts';
import { sampleOutputs } from './sample-outputs.ts';
import type { ReadTestSplit } from './test-split.ts';

const USAGE = 'usage: npx node models/evaluate.ts <model> [--data FOLDER] [--json] [--update]';

/** Measures a model of the catalogue on its test data; exit code 1 when its manifest says something else. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, json: { type: 'boolean' }, update: { type: 'boolean' } },
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new Error(USAGE);
  const folder = new URL(`./${encodeURIComponent(name)}/`, import.meta.url);
  const manifestFile = new URL('model.json', folder);
  if (!existsSync(manifestFile)) throw new Error(`no model ${name} in models/; ${USAGE}`);
  const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(manifestFile, 'utf8')));
  if (!parsed.success) throw new Error(`models/${name}/model.json is not valid:\n${z.prettifyError(parsed.error)}`);
  const manifest = parsed.data;
  const artifact = fileURLToPath(new URL(manifest.artifact, folder));

  const { testSplit } = (await import(new URL('test-split.ts', folder).href)) as { testSplit: ReadTestSplit };
  const split = testSplit(manifest, values.data);
  const measurement = await measure(manifest, artifact, split, progress(split.size));
  console.log(values.json ? JSON.stringify(measurement) : report(name, measurement, manifest.labels ?? []));

  if (values.update) {
    const sample = { ...manifest.sample, outputs: await sampleOutputs(manifest, artifact) };
    const updated: Manifest = { ...manifest, sample, quality: measurement.quality };
    writeFileSync(manifestFile, `${JSON.stringify(updated, null, 2)}\n`);
    return 0;
  }
  const wrong = deviations(manifest.quality, measurement.quality);
  for (const line of wrong) console.error(line);
  return wrong.length === 0 ? 0 : 1;
}

/** Shows how far it is, on a terminal only. */
function progress(size: number): (done: number) => void {
  if (!process.stderr.isTTY) return () => {};
  return (done) => {
    process.stderr.write(`\r${done}/${size}${done === size ? '\n' : ''}`);
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
