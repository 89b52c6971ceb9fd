import { expect, inject, test } from 'vitest';
import { maas, maasJson, newTenant } from './operator.ts';

const { url } = inject('maas').demo;

interface Usage {
  readonly tenant: string;
  readonly from: string;
  readonly to: string;
  readonly totals: Readonly<Record<string, number>>;
  readonly byModel: readonly { readonly model: string; readonly requests: number; readonly items: number }[];
  readonly byDay: readonly { readonly day: string; readonly requests: number }[];
  readonly byKey: readonly { readonly keyId: string; readonly requests: number }[];
}

const post = (path: string, headers: Record<string, string>, body: string): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', headers, body });

const linear = (rows: number): string =>
  JSON.stringify({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data: Array.from({ length: rows }, () => 1) }],
  });

test('each success is counted once, by model, day and key, and no failure is', async () => {
  const { tenant, apiKey, keyId } = await newTenant();
  const other = await maasJson<{ apiKey: string; keyId: string }>('keys', 'create', tenant, '--name', 'second');
  const key = { 'x-api-key': apiKey };

  const ids = new Set<string>();
  for (const rows of [1, 3]) {
    const response = await post('/v2/models/linear-2x/infer', key, linear(rows));
    expect(response.status).toBe(200);
    ids.add(response.headers.get('x-usage-event-id') ?? '');
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect(response.headers.get('server-timing')).toBeTruthy();
  }
  const mail = await post(
    '/models/spam',
    { authorization: `Bearer ${other.apiKey}` },
    JSON.stringify({ inputs: 'win money now' }),
  );
  expect(mail.status).toBe(200);
  ids.add(mail.headers.get('x-usage-event-id') ?? '');
  expect(ids.size).toBe(3);
  expect(ids).not.toContain('');

  const failures = [
    await post('/v2/models/linear-2x/infer', key, '{'),
    await post('/v2/models/linear-2x/infer', key, JSON.stringify({ inputs: [] })),
    await post('/v2/models/nothing/infer', key, linear(1)),
    await post('/models/spam', { authorization: `Bearer ${other.apiKey}` }, '{"inputs": 7}'),
  ];
  for (const failure of failures) {
    expect([400, 404]).toContain(failure.status);
    expect(failure.headers.get('x-usage-event-id')).toBeNull();
    expect(await failure.json()).toHaveProperty('error');
  }

  const own = (await (await fetch(`${url}/usage`, { headers: key })).json()) as Usage;
  expect(own.tenant).toBe(tenant);
  expect(own.totals).toMatchObject({ requests: 3 });
  expect(own.byModel).toMatchObject([
    { model: 'linear-2x', requests: 2, items: 4 },
    { model: 'spam', requests: 1 },
  ]);
  expect(own.byDay.reduce((sum, day) => sum + day.requests, 0)).toBe(3);
  expect(Object.fromEntries(own.byKey.map((row) => [row.keyId, row.requests]))).toEqual({
    [keyId]: 2,
    [other.keyId]: 1,
  });

  const seen = await maasJson<Usage>('usage', tenant);
  expect({ ...seen, to: '' }).toEqual({ ...own, to: '' });
  const { stdout } = await maas('usage', tenant);
  for (const word of [tenant, 'linear-2x', 'spam', keyId, 'requests']) expect(stdout).toContain(word);
});
