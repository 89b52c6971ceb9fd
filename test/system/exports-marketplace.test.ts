import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Invoice } from '../../core/billing/invoice/invoice.ts';
import { maas, maasJson, newTenant } from './operator.ts';
import { runExports } from './run-exports.ts';

const { data, demo } = inject('maas');
const account = '111122223333';
let folder: string;
beforeAll(async () => {
  await maasJson('prices', 'publish', 'prices/price-book.json');
  folder = mkdtempSync(join(tmpdir(), 'maas-marketplace-'));
  const file = join(folder, 'marketplace.json');
  const dimensions = [
    { dimension: 'rows', unit: 'items', model: 'linear-2x', per: 1 },
    { dimension: 'hundreds', unit: 'items', model: 'linear-2x', per: 100 },
    { dimension: 'usage_fee', cost: true, per: '0.01' },
  ];
  writeFileSync(file, JSON.stringify({ dimensions }));
  await maasJson('exports', 'connect', 'marketplace', file);
});
afterAll(async () => {
  await maas('exports', 'disconnect', 'marketplace');
  rmSync(folder, { recursive: true });
});

/** What the local Marketplace counts of a license, by dimension. */
function counted(license: string): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const line of readFileSync(join(data, 'marketplace', 'records.ndjson'), 'utf8')
    .split('\n')
    .slice(0, -1)) {
    const record = JSON.parse(line) as { account: string; license: string; dimension: string; quantity: number };
    if (record.account !== account || record.license !== license) continue;
    sums[record.dimension] = (sums[record.dimension] ?? 0) + record.quantity;
  }
  return sums;
}

test('AWS Marketplace counts what the invoice says, once', async () => {
  const { tenant, apiKey } = await newTenant('pro');
  const license = `arn:aws:license-manager::${account}:license:l-${tenant}`;
  await maasJson('exports', 'link', tenant, 'marketplace', `account=${account}`, `license=${license}`);
  for (const rows of [1300, 250]) {
    const response = await fetch(`${demo.url}/v2/models/linear-2x/infer`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey },
      body: JSON.stringify({
        inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data: Array.from({ length: rows }, () => 1) }],
      }),
    });
    expect(response.status).toBe(200);
  }
  const infers = await fetch(`${demo.url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: '{"inputs": 7}',
  });
  expect(infers.status).toBe(400);
  await maasJson('billing', 'close', '--now', '--tenant', tenant);
  await runExports();
  const month = new Date().toISOString().slice(0, 7);
  const invoice = await maasJson<Invoice>('invoices', 'finalize', tenant, month, '--early');
  expect(invoice.lines.map(({ usage }) => usage?.quantity)).toEqual(['1550']);
  expect(invoice.total).toBe('1.23');
  const told = { rows: 1550, hundreds: 15, usage_fee: 123 };
  expect(counted(license)).toEqual(told);

  await runExports();
  expect(counted(license)).toEqual(told);
  expect(await maasJson('exports', 'status', tenant)).toMatchObject({ links: [{ account, license }], rows: [] });
});
