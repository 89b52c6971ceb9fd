import { parseArgs } from 'node:util';
import { checkExports } from './export-interleavings.ts';
import { inProcesses } from './in-processes.ts';
import { checkInterleavings } from './interleavings.ts';
import { startOutside } from './outside.ts';
import { progress } from './progress.ts';
import { startTables } from './start-tables.ts';

// Hundreds of random histories, of metering alone and with Stripe, the Marketplace, OpenMeter, the ledger and invoices, in processes that are
// killed with SIGKILL between any two calls.
const usage = 'npm run chaos -- [--runs <number, of each kind>] [--seed <number>]';
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200' }, seed: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help === true) {
  console.log(usage);
  process.exit();
}
const runs = Number(values.runs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  throw new Error(usage);
}
console.log(`seed ${seed}: ${runs} histories of metering, and ${runs} with exports, the ledger and invoices`);
const started = performance.now();
const tables = await startTables();
const outside = await startOutside(tables.client);
const executor = inProcesses(tables.access);
const state = (): string =>
  `${executor.kills()} processes killed, seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`;
const tried = (what: string) => ({ seed, tried: progress(what, runs, state) });
try {
  await checkInterleavings(tables.client, executor, runs, tried('metering'));
  await checkExports(tables.client, outside, executor, runs, tried('all'));
  console.log(`all exact: ${state()}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`once more: npm run chaos -- --runs ${runs} --seed ${seed}`);
  process.exitCode = 1;
} finally {
  await executor.stop();
  await outside.stop();
  await tables.stop();
}
