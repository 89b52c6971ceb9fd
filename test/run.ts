import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

/** `npm test`: types, format and lint, then every test; the last line counts them all together. */

const report = '.build/vitest.json';
mkdirSync('.build', { recursive: true });

const run = (command: string, args: readonly string[]): Promise<boolean> =>
  new Promise((resolve, reject) => {
    console.log(`\n> ${[command, ...args].join(' ')}`);
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });

const checks = [
  await run('tsc', ['--noEmit']),
  await run('biome', ['ci', '.']),
  await run('oxlint', ['--type-aware', '--deny-warnings']),
];
const filters = process.argv.slice(2);
const green = await run('vitest', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...filters,
]);
const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<
  'numPassedTests' | 'numFailedTests' | 'numTotalTests',
  number
>;

const passed = checks.filter(Boolean).length + numPassedTests;
// A suite that could not even be loaded fails the run without a failed test, and a test that did not run has not passed.
const notRun = numTotalTests - numPassedTests - numFailedTests;
const failed = checks.filter((ok) => !ok).length + numFailedTests + notRun + (!green && numFailedTests === 0 ? 1 : 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && numTotalTests > 0 ? 0 : 1;
