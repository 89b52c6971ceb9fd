import { expect, inject, test } from 'vitest';
import { maasJson, newTenant } from './operator.ts';

const { url } = inject('maas').demo;

const linear = (value: number): string =>
  JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [value] }] });
const infer = (apiKey: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...headers },
    body,
  });
const get = async <Answer>(apiKey: string, path: string): Promise<Answer> =>
  (await (await fetch(`${url}${path}`, { headers: { 'x-api-key': apiKey } })).json()) as Answer;

test('a request that is repeated with its Idempotency-Key is answered alike and counted once', async () => {
  const { apiKey } = await newTenant();
  const key = { 'idempotency-key': '"order-1"' };
  const first = await infer(apiKey, linear(21), key);
  const repeat = await infer(apiKey, linear(21), key);
  expect([first.status, repeat.status]).toEqual([200, 200]);
  expect(await repeat.text()).toBe(await first.text());
  expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  expect(repeat.headers.get('x-usage-event-id')).toBe(first.headers.get('x-usage-event-id'));
  expect((await infer(apiKey, linear(22), key)).status).toBe(422);
  const usage = await get<{ totals: object }>(apiKey, '/usage');
  expect(usage.totals).toMatchObject({ requests: 1 });
});

test('operators close, void and rebuild; tenants see what became of each event', async () => {
  const { tenant, apiKey } = await newTenant();
  const ids: string[] = [];
  for (const value of [1, 2, 3]) {
    ids.push((await infer(apiKey, linear(value))).headers.get('x-usage-event-id') ?? '');
  }
  const closed = await maasJson<object>('billing', 'close', '--now', '--tenant', tenant);
  expect(closed).toEqual({ tenants: 1, written: 1, failed: [] });
  const [gone = '', ...left] = ids;
  await maasJson('billing', 'void', tenant, gone, '--reason', 'a test');
  expect(await get(apiKey, `/usage/events/${gone}`)).toMatchObject({ state: 'voided', voided: { reason: 'a test' } });
  for (const id of left) expect(await get(apiKey, `/usage/events/${id}`)).toMatchObject({ state: 'received' });
  const other = await newTenant();
  expect((await fetch(`${url}/usage/events/${gone}`, { headers: { 'x-api-key': other.apiKey } })).status).toBe(404);

  const from = new Date(Date.now() - 3_600_000).toISOString();
  const { buckets } = await maasJson<{ buckets: { usage: { unit: string; quantity: number }[] }[] }>(
    ...['usage', tenant, '--from', from, '--bucket', '1m', '--group-by', 'unit'],
  );
  const requests = buckets.flatMap(({ usage }) => usage.filter(({ unit }) => unit === 'requests'));
  expect(requests.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(2);
  const usage = await get<{ totals: object }>(apiKey, '/usage');
  expect(usage.totals).toMatchObject({ requests: 2 });
  expect(await maasJson('billing', 'rebuild', '--tenant', tenant)).toMatchObject({ tenants: 1, differences: [] });
});
