import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { DestinationView, TenantExportsView } from '../../core/billing/export/exports.ts';
import { FakeOpenMeter } from '../fakes/openmeter/fake-openmeter.ts';
import { maas, maasJson, type NewTenant, newTenant } from './operator.ts';
import { runExports } from './run-exports.ts';

const { url } = inject('maas').demo;
const token = 'a-token-of-openmeter';
const fake = new FakeOpenMeter({ token });
let folder: string;
let apiBase: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'maas-openmeter-'));
  apiBase = await fake.start();
  await connect(token);
});
afterAll(async () => {
  await maas('exports', 'disconnect', 'openmeter');
  await fake.stop();
  rmSync(folder, { recursive: true });
});

async function connect(secret: string): Promise<void> {
  const file = join(folder, 'openmeter.json');
  writeFileSync(file, JSON.stringify({ apiBase, token: secret }));
  await maasJson('exports', 'connect', 'openmeter', file);
}

/** @returns the id of its usage event */
async function infer({ apiKey }: NewTenant, rows: number, status = 200): Promise<string> {
  const data = Array.from({ length: rows }, () => 1);
  const shape = status === 200 ? [rows, 1] : [rows, 2];
  const response = await fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape, data }] }),
  });
  expect(response.status).toBe(status);
  return response.headers.get('x-usage-event-id') ?? '';
}
async function exported({ tenant }: NewTenant): Promise<void> {
  await maasJson('billing', 'close', '--now', '--tenant', tenant);
  await runExports();
}
const status = ({ tenant }: NewTenant) => maasJson<TenantExportsView>('exports', 'status', tenant);
const told = (subject: string) =>
  fake.events
    .filter((event) => event.subject === subject)
    .map(({ id, data }) => ({ id, model: data?.['model'], items: data?.['items'], requests: data?.['requests'] }));

test('OpenMeter holds exactly the events that clients were told of, and takes back one that is void', async () => {
  const tenant = await newTenant('pro');
  const before = await infer(tenant, 3);
  await maasJson('billing', 'close', '--now', '--tenant', tenant.tenant);
  // Linked when that hour was counted already.
  await maasJson('exports', 'link', tenant.tenant, 'openmeter', 'subject=customer-1');
  const after = await infer(tenant, 40);
  await infer(tenant, 5, 400);
  await exported(tenant);
  const of = (id: string, items: number) => ({ id, model: 'linear-2x', items, requests: 1 });
  expect(told('customer-1')).toEqual([of(before, 3), of(after, 40)]);

  await maasJson('billing', 'void', tenant.tenant, before, '--reason', 'a test');
  await exported(tenant);
  expect(told('customer-1')).toHaveLength(3);
  expect([fake.sum('customer-1', 'items'), fake.sum('customer-1', 'requests')]).toEqual([40, 1]);
  expect((await status(tenant)).rows).toEqual([]);
});

test('with a token that is refused usage waits, is shown to wait, and is told once the token is right', async () => {
  const tenant = await newTenant('pro');
  await maasJson('exports', 'link', tenant.tenant, 'openmeter', 'subject=customer-2');
  const id = await infer(tenant, 2);
  await connect('a-token-that-is-wrong');
  await exported(tenant);
  expect((await status(tenant)).rows).toMatchObject([{ destination: 'openmeter', state: 'pending', attempts: 1 }]);
  const { destinations } = await maasJson<{ destinations: DestinationView[] }>('exports', 'list');
  expect(destinations.find(({ destination }) => destination === 'openmeter')?.pending).toBeGreaterThan(0);

  await connect(token);
  await maasJson('exports', 'retry', tenant.tenant, 'openmeter');
  await runExports();
  expect(told('customer-2')).toMatchObject([{ id, items: 2 }]);
  await maasJson('exports', 'unlink', tenant.tenant, 'openmeter');
  await infer(tenant, 2);
  await exported(tenant);
  expect(told('customer-2')).toHaveLength(1);
});

test('an hour that OpenMeter refuses can be settled by hand, and what is used in it later is shown, not told', async () => {
  const tenant = await newTenant('pro');
  await maasJson('exports', 'link', tenant.tenant, 'openmeter', 'subject=customer-3');
  const settled = async (): Promise<unknown> => {
    const [row] = (await status(tenant)).rows;
    if (row === undefined) throw new Error('nothing is shown');
    const { hour, version, ...shown } = row;
    const by = ['openmeter', hour, String(version), '--reason', 'charged by hand'];
    expect(await maasJson('exports', 'settle', tenant.tenant, ...by)).toMatchObject({ rows: [] });
    return shown;
  };
  await infer(tenant, 2);
  fake.fail({ status: 400 });
  await exported(tenant);
  expect(await settled()).toMatchObject({
    state: 'rejected',
    reason: expect.stringContaining('OpenMeter answers 400'),
  });
  await infer(tenant, 2);
  await exported(tenant);
  expect(await settled()).toMatchObject({ state: 'rejected', reason: expect.stringContaining('was settled by hand') });
  expect(told('customer-3')).toEqual([]);
  const unknown = await maas('exports', 'settle', tenant.tenant, 'stripe', '2026-11-22T08', '1', '--reason', 'a test');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('never to be told')]);
});

test('what is wrong with a connection or a link is said, and no answer and no record has a secret in it', async () => {
  const tenant = await newTenant('pro');
  const file = join(folder, 'wrong.json');
  writeFileSync(file, JSON.stringify({ apiBase: 'http://example.org', token: 'a-secret-that-is-refused' }));
  const refusals = [
    await maas('exports', 'connect', 'openmeter', file),
    await maas('exports', 'link', tenant.tenant, 'openmeter', 'subjekt=a'),
    await maas('exports', 'link', tenant.tenant, 'nowhere', 'subject=a'),
    await maas('exports', 'link', 'nobody-at-all', 'openmeter', 'subject=a'),
    await maas('exports', 'link', tenant.tenant, 'openmeter', 'subject=a', '--from', '2999-01-01T00'),
  ];
  expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
  const texts = refusals.map(({ stderr }) => stderr);
  for (const [index, part] of ['apiBase', 'subjekt', 'nowhere', 'nobody-at-all', 'yet to come'].entries()) {
    expect(texts[index]).toContain(part);
  }
  const shown = [
    ...texts,
    ...(await Promise.all([maas('--json', 'exports', 'list'), maas('--json', 'audit')])).map(({ stdout }) => stdout),
  ].join('\n');
  expect(shown).toContain('openmeter');
  expect(shown).not.toContain('a-secret-that-is-refused');
  expect(shown).not.toContain(token);
});
