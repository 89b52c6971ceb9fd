import { parseArgs } from 'node:util';
import { startDynamoDB } from '../core/storage/dynamodb.ts';
import { inProcesses } from './in-processes.ts';
import { checkInterleavings } from './interleavings.ts';

// Hundreds of random histories of appends, repeats, voids and closes, in processes that are killed with SIGKILL between any two calls.
const usage = 'npm run chaos -- [--runs <number>] [--seed <number>]';
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '300' }, seed: { type: 'string' }, help: { type: 'boolean' } },
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
console.log(`seed ${seed}, ${runs} histories`);
const started = performance.now();
const dynamo = await startDynamoDB();
const executor = inProcesses(dynamo.endpoint);
try {
  await checkInterleavings(dynamo, executor, runs, seed);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`all exact: ${executor.kills()} processes were killed, in ${seconds} s`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await executor.stop();
  await dynamo.stop();
}
