import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Manifest } from '../core/catalog/manifest.ts';
import { deviations } from './deviations.ts';
import { type Measurement, measure } from './measure.ts';
import { measureAgreement } from './measure-agreement.ts';
import { readManifest } from './read-manifest.ts';
import type { ReadReference } from './reference.ts';
import { report } from './report.ts';
import { sampleOutputs } from './sample-outputs.ts';
import type { ReadTestSplit } from './test-split.ts';

const USAGE = 'usage: npx node models/evaluate.ts <model> [--data FOLDER] [--json] [--update]';

/**
 * Measures a model of the catalogue on its test data, or against another implementation where there is none; exit code 1 when its
 * manifest says something else.
 */
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
  const manifest = readManifest(fileURLToPath(folder));
  const artifact = fileURLToPath(new URL(manifest.artifact, folder));
  if (!existsSync(artifact)) throw new Error(`no ${artifact}; npx node models/build.ts ${name} makes it`);

  const measurement = await measurementOf(folder, manifest, artifact, values.data);
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

async function measurementOf(
  folder: URL,
  manifest: Manifest,
  artifact: string,
  data: string | undefined,
): Promise<Measurement> {
  const testSplitFile = new URL('test-split.ts', folder);
  if (existsSync(testSplitFile)) {
    const { testSplit } = (await import(testSplitFile.href)) as { testSplit: ReadTestSplit };
    const split = testSplit(manifest, data);
    return measure(manifest, artifact, split, progress(split.size));
  }
  if (data !== undefined)
    throw new Error(`${manifest.name} is measured against another implementation, without --data`);
  const { reference: read } = (await import(new URL('reference.ts', folder).href)) as { reference: ReadReference };
  const reference = await read(manifest, artifact);
  return measureAgreement(manifest, artifact, reference, progress(reference.size));
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
