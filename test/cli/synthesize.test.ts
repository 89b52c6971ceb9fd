import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { synthesize } from '../../cli/synthesize.ts';

test('each start bundles the functions anew, and says so', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maas-synthesize-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, 'cdk.out');
  const steps: string[] = [];
  await synthesize(out, { gpu: false, onStep: (step) => steps.push(step) });
  const functions = globSync('functions/*/handler.ts').map((path) => path.split('/')[1]);
  expect(steps.toSorted()).toEqual(
    functions
      .filter((name) => name !== 'predict-gpu')
      .map((name) => `bundling the function ${name}`)
      .toSorted(),
  );
  const bundles = globSync(join(out, 'asset.*', 'index.js'));
  expect(bundles.length).toBeGreaterThanOrEqual(steps.length);
  for (const file of bundles) writeFileSync(file, 'what the code was before');
  await synthesize(out, { gpu: false, onStep: () => undefined });
  for (const file of globSync(join(out, 'asset.*', 'index.js'))) {
    expect(readFileSync(file, 'utf8')).not.toBe('what the code was before');
  }
});
