import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../cli/maas.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'maas-prices-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `maas prices validate` where there is no cloud. */
async function validate(content: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const file = join(folder, 'book.json');
  writeFileSync(file, content);
  const env = { ...process.env, MAAS_DATA: folder };
  return promisify(execFile)(process.execPath, [launcher, 'prices', 'validate', file], { env }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
}

const book = (prices: readonly object[]): string =>
  JSON.stringify({
    version: 'one',
    currency: 'EUR',
    validFrom: '2026-11-01T00:00:00Z',
    prices: [{ model: '*', unit: 'requests', charge: { kind: 'flat', price: '0.0001' } }, ...prices],
  });

test('a price book is checked without a cloud, and models that nobody knows are named', async () => {
  const spelt = { model: 'fashoin', unit: 'images', charge: { kind: 'flat', price: '0.01' } };
  const { stdout } = await validate(book([spelt]));
  expect(stdout).toContain('price book one is valid: 2 prices in EUR');
  expect(stdout).toContain('no such model yet: fashoin');
});

test('every wrong place of a price book is named, with what to do', async () => {
  const tiers = [{ upTo: 10, price: '1' }];
  const { stderr } = await validate(
    book([
      { model: 'fashion', unit: 'images', charge: { kind: 'volume', tiers } },
      {
        model: 'spam',
        unit: 'requests',
        hardware: 'lambda-cpu',
        charge: { kind: 'graduated', tiers: [...tiers, ...tiers] },
      },
    ]),
  );
  expect(stderr).toContain('prices[1].charge.tiers[0]: the last tier ends at 10');
  expect(stderr).toContain('prices[2].charge.tiers[1]');
  expect(stderr).toContain('prices[2].hardware: model "spam" has no price with hardware "*"');
});

test('what is no JSON is called so', async () => {
  expect((await validate('{')).stderr).toMatch(/^maas: cannot read .*book\.json: /);
});
