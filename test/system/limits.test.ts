import { expect, inject, test } from 'vitest';
import { maas, maasJson, newTenant } from './operator.ts';

const { url } = inject('maas').demo;

const month = new Date().toISOString().slice(0, 7);

interface LimitsView {
  readonly perMonth: Readonly<Record<string, { readonly limit: number; readonly used: number }>>;
  readonly spend?: { readonly limit: string; readonly used: string; readonly currency: string };
  readonly alerts: readonly { readonly unit: string; readonly percent: number }[];
}

const infer = (apiKey: string, rows = 1, data: unknown = Array.from({ length: rows }, () => 21)): Promise<Response> =>
  fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data }] }),
  });

const get = async <Answer>(path: string, apiKey: string): Promise<Answer> =>
  (await (await fetch(`${url}${path}`, { headers: { 'x-api-key': apiKey } })).json()) as Answer;

/** A tenant whose limits are there before its first request, so that no process has to learn of them. */
async function limitedTenant(...limits: readonly string[]) {
  const created = await newTenant();
  await maasJson('limits', 'set', created.tenant, ...limits);
  return created;
}

/** Reads a structured field that is a list of strings with parameters (RFC 9651), as strictly as our fields need it. */
function structuredList(
  field: string | null,
): readonly { name: string; parameters: Record<string, string | number> }[] {
  const item = /^"([a-z-]+)"((?:;[a-z]+=(?:"[a-z-]+"|\d+))*)$/;
  return (field ?? '').split(', ').map((text) => {
    const [, name, rest = ''] = item.exec(text) ?? [];
    if (name === undefined) throw new Error(`not an item of a structured field: ${text}`);
    const parameters = [...rest.matchAll(/;([a-z]+)=(?:"([a-z-]+)"|(\d+))/g)];
    return { name, parameters: Object.fromEntries(parameters.map(([, key, word, n]) => [key, word ?? Number(n)])) };
  });
}

test('of parallel requests a quota lets exactly as many through as are left, and bills no other', async () => {
  const { apiKey, tenant } = await limitedTenant('--month', 'requests=10');
  expect((await infer(apiKey, 1, ['no number'])).status).toBe(400);
  for (let used = 0; used < 3; used++) expect((await infer(apiKey)).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 20 }, () => infer(apiKey)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(7);
  expect(statuses.filter((status) => status === 429)).toHaveLength(13);
  const last = await infer(apiKey);
  expect(last.headers.get('x-usage-event-id')).toBeNull();
  expect(await last.json()).toEqual({
    error: expect.stringMatching(
      /^the limit is 10 requests a month, and 10 are used; this request has 1\. It is renewed at \d{4}-\d\d-01T00:00:00\.000Z$/,
    ),
    type: 'urn:maas:problem:requests-per-month-exceeded',
  });
  expect((await get<{ totals: { requests: number } }>('/usage', apiKey)).totals.requests).toBe(10);
  const shown = await maasJson<LimitsView>('limits', 'show', tenant);
  expect(shown.perMonth).toEqual({ requests: { limit: 10, used: 10 } });
  expect(shown.alerts.map(({ percent }) => percent).sort((a, b) => a - b)).toEqual([50, 80, 100]);
  expect((await get<{ limits: LimitsView }>('/account', apiKey)).limits.perMonth).toEqual(shown.perMonth);
});

test('spending stops at the limit, however many ask at once, and the draft of the invoice says no more', async () => {
  await maasJson('prices', 'publish', 'prices/price-book.json');
  const { tenant, apiKey } = await newTenant('pro');
  await maasJson('limits', 'set', tenant, '--spend', '0.50');
  // 100 items are included; 0.001 EUR each from there on.
  const answers = await Promise.all(Array.from({ length: 8 }, () => infer(apiKey, 200)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  const last = await infer(apiKey, 200);
  expect(await last.json()).toEqual({
    error: expect.stringMatching(
      /^the spend limit is 0\.50 EUR a month, and 0\.50 EUR are spent; this request costs 0\.20 EUR\. It is renewed at \d{4}-\d\d-01T/,
    ),
    type: 'urn:maas:problem:spend-limit-exceeded',
  });
  expect(structuredList(last.headers.get('ratelimit-policy'))).toEqual([
    { name: 'spend-limit', parameters: { q: 50, qu: 'eur-minor-units', w: expect.any(Number) } },
  ]);
  const wait = Number(last.headers.get('retry-after'));
  expect(structuredList(last.headers.get('ratelimit'))).toEqual([
    { name: 'spend-limit', parameters: { r: 0, t: wait } },
  ]);
  const shown = await maasJson<LimitsView>('limits', 'show', tenant);
  expect(shown.spend).toEqual({ limit: '0.50', used: '0.50', currency: 'EUR' });
  expect(shown.alerts.map(({ unit, percent }) => `${percent} % of ${unit}`).sort((a, b) => (a < b ? -1 : 1))).toEqual([
    '100 % of spend',
    '50 % of spend',
    '80 % of spend',
  ]);
  expect((await get<{ limits: LimitsView }>('/account', apiKey)).limits.spend).toEqual(shown.spend);
  await maasJson('billing', 'close', '--now', '--tenant', tenant);
  expect((await maasJson<{ total: string }>('invoices', 'show', tenant, month)).total).toBe('0.50');
  const lifted = await maasJson<LimitsView>('limits', 'set', tenant, '--spend', 'none', '--concurrent', 'none');
  expect(lifted).not.toHaveProperty('spend');
});

test('headers tell all limits, and how much is left of the one that is nearest to its end', async () => {
  const { apiKey } = await limitedTenant('--month', 'items=10', '--minute', 'items=6', '--concurrent', '50');
  const answer = await infer(apiKey, 4);
  expect(answer.status).toBe(200);
  expect(structuredList(answer.headers.get('ratelimit-policy'))).toEqual([
    { name: 'items-per-month', parameters: { q: 10, qu: 'items', w: expect.any(Number) } },
    { name: 'concurrent-requests', parameters: { q: 50, qu: 'concurrent-requests' } },
    { name: 'items-per-minute', parameters: { q: 6, qu: 'items', w: 60 } },
  ]);
  expect(structuredList(answer.headers.get('ratelimit'))).toEqual([
    { name: 'items-per-minute', parameters: { r: 2, t: expect.any(Number) } },
  ]);
  const refused = await infer(apiKey, 4);
  expect(refused.status).toBe(429);
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(structuredList(refused.headers.get('ratelimit'))).toEqual([
    { name: 'items-per-minute', parameters: { r: expect.any(Number), t: wait } },
  ]);
  const shown = await get<{ limits: LimitsView }>('/account', apiKey);
  expect(shown.limits.perMonth).toEqual({ items: { limit: 10, used: 4 } });
});

test('both protocols are told in their own shape, and the limits of a plan hold without any setting', async () => {
  const { apiKey, tenant } = await newTenant('free');
  const answer = await infer(apiKey);
  expect(structuredList(answer.headers.get('ratelimit-policy')).map(({ name }) => name)).toEqual([
    'items-per-month',
    'concurrent-requests',
  ]);
  const task = await fetch(`${url}/models/spam`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: 'Claim your free prize now!!!' }),
  });
  expect(structuredList(task.headers.get('ratelimit-policy')).map(({ name }) => name)).toContain('tokens-per-month');
  expect((await maasJson<LimitsView>('limits', 'show', tenant)).perMonth['tokens']?.used).toBeGreaterThan(3);
});

test('a tenant without limits of ours is told of none', async () => {
  const { apiKey } = await newTenant('pro');
  const answer = await infer(apiKey);
  expect([answer.status, answer.headers.get('ratelimit'), answer.headers.get('ratelimit-policy')]).toEqual([
    200,
    null,
    null,
  ]);
});

test('operators see tables, and what is wrong with what they type', async () => {
  const { tenant } = await newTenant('free');
  await maasJson('limits', 'set', tenant, '--month', 'images=none', '--month', 'requests=5');
  const shown = await maas('limits', 'show', tenant);
  expect(shown.stdout).toMatch(/requests a month +5 +0/);
  expect(shown.stdout).not.toContain('images');
  expect((await maas('limits', 'clear', tenant)).stdout).toMatch(/images a month/);
  const wrong = await maas('limits', 'set', tenant, '--month', 'images=many');
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toContain('whole number');
  const nothing = await maas('limits', 'set', tenant);
  expect(nothing.stderr).toContain('name at least one limit');
  expect((await maas('limits', 'show', 'nobody')).stderr).toContain('nobody');
});
