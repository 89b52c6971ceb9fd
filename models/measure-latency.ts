import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { env, InferenceSession } from 'onnxruntime-node';
import { sampleTensor } from '../core/catalog/validate/sample-tensor.ts';
import { sessionOptions } from '../core/engine/onnx/session-options.ts';
import { toOnnx } from '../core/engine/onnx/to-onnx.ts';
import { readManifest } from './read-manifest.ts';

const USAGE = `usage: npx node models/measure-latency.ts <model>… [--update]

Measures what one row takes on this machine's CPU: the median of session.run on one thread, of the manifest's sample request.
Nothing else should be running; a busy machine is told from a quiet one, and refused.

  --update  write it to the manifest's latency`;

const models = fileURLToPath(new URL('.', import.meta.url));
const warmUpRuns = 5;
/** Small models are run more often: at least so long, and so often. */
const measureMsMin = 3000;
const runsMin = 25;
/** On a quiet machine the one thread has a core to itself: processor time is as long as the time that passes. */
const processorShareMin = 0.95;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { update: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(USAGE);
  if (positionals.length === 0) throw new Error(USAGE);
  for (const name of positionals) {
    if (!existsSync(join(models, name, 'model.json'))) throw new Error(`no model ${name} in models/; ${USAGE}`);
    const { cpuMs, runs } = await measureLatency(join(models, name));
    console.log(`${name}: ${cpuMs} ms, median of ${runs} runs`);
    if (!values.update) continue;
    const manifest = readManifest(join(models, name));
    const updated = { ...manifest, latency: { cpuMs, measuredOn: machine() } };
    writeFileSync(join(models, name, 'model.json'), `${JSON.stringify(updated, null, 2)}\n`);
  }
}

/** The manifest's sample, which must have one row. */
async function measureLatency(folder: string): Promise<{ readonly cpuMs: number; readonly runs: number }> {
  const manifest = readManifest(folder);
  const artifact = join(folder, manifest.artifact);
  if (!existsSync(artifact)) throw new Error(`no ${artifact}; npx node models/build.ts ${manifest.name} makes it`);
  const session = await InferenceSession.create(artifact, sessionOptions);
  const feeds = Object.fromEntries(
    manifest.inputs.map((spec) => {
      const sample = manifest.sample.inputs.find(({ name }) => name === spec.name);
      if (sample?.shape[0] !== 1) throw new Error(`the sample of ${manifest.name} is not one row of ${spec.name}`);
      return [spec.name, toOnnx(sampleTensor(manifest.name, spec, sample))];
    }),
  );
  for (let run = 0; run < warmUpRuns; run++) await session.run(feeds);
  const times: number[] = [];
  const begin = performance.now();
  const usage = process.cpuUsage();
  const end = begin + measureMsMin;
  while (times.length < runsMin || performance.now() < end) {
    const start = performance.now();
    await session.run(feeds);
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(usage);
  const processorShare = (user + system) / 1000 / (performance.now() - begin);
  if (processorShare < processorShareMin) {
    const percent = Math.round(100 * processorShare);
    throw new Error(
      `the machine is busy: ${manifest.name} had a core for ${percent} % of the time; measure again later`,
    );
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  return { cpuMs: Number(median.toPrecision(2)), runs: times.length };
}

const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, one of ${cpus().length} virtual cores, ${process.platform} ${process.arch}, ONNX Runtime ${env.versions.node ?? ''}`;

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
