import { expect, inject, test } from 'vitest';

const { url, apiKey } = inject('maas').demo;
const key = { 'x-api-key': apiKey };
const bearer = { authorization: `Bearer ${apiKey}` };

const sent = async (
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; error: string }> => {
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  const text = await response.text();
  const { error } = JSON.parse(text) as { error: unknown };
  expect(typeof error, `${path} answered ${response.status} ${text.slice(0, 200)}`).toBe('string');
  return { status: response.status, error: String(error) };
};
const infer = (inputs: unknown): string => JSON.stringify({ inputs });
const one = { name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] };

test.each([
  ['not JSON', '{"inputs": [', 400],
  ['empty', '', 400],
  ['not an object', '[]', 400],
  ['no inputs', '{}', 400],
  ['a wrong name', infer([{ ...one, name: 'z' }]), 400],
  ['a wrong dtype', infer([{ ...one, datatype: 'INT64' }]), 400],
  ['an unknown dtype', infer([{ ...one, datatype: 'FLOAT' }]), 400],
  ['a wrong rank', infer([{ ...one, shape: [1] }]), 400],
  ['too little data', infer([{ ...one, shape: [2, 1] }]), 400],
  ['a negative dimension', infer([{ ...one, shape: [-1, 1] }]), 400],
  ['an enormous dimension', infer([{ ...one, shape: [1e15, 1e15] }]), 400],
  ['text for numbers', infer([{ ...one, data: ['a'] }]), 400],
  ['the input twice', infer([one, one]), 400],
  ['a deep nest', infer([{ ...one, data: JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`) as unknown }]), 400],
])('%s is a 4xx that explains itself', async (_, body, status) => {
  const answer = await sent('/v2/models/linear-2x/infer', key, body);
  expect(answer.status).toBe(status);
  expect(answer.error.length).toBeGreaterThan(10);
});

test('an unknown model, version and path are 404', async () => {
  expect(await sent('/v2/models/nothing/infer', key, infer([one]))).toMatchObject({ status: 404 });
  expect(await sent('/v2/models/linear-2x/versions/99/infer', key, infer([one]))).toMatchObject({ status: 404 });
  expect(await sent('/v2/nowhere', key, '')).toMatchObject({ status: 404 });
  expect(await sent('/models/nothing', bearer, '{"inputs":"a"}')).toMatchObject({ status: 404 });
});

test.each(['-1', 'abc', '99999999999', '1e3', '5'])('the binary header length %s is refused', async (length) => {
  const answer = await sent(
    '/v2/models/linear-2x/infer',
    { ...key, 'inference-header-content-length': length },
    infer([one]),
  );
  expect(answer.status).toBe(400);
});

test('a body over the limits is 413', async () => {
  // API Gateway takes 10 MB, Lambda an event of 6 MiB, in which the body is base64. The gateway's answer to both cannot be customized.
  for (const bytes of [20 * 1024 * 1024, 6 * 1024 * 1024]) {
    const body = new Uint8Array(bytes);
    const response = await fetch(`${url}/v2/models/linear-2x/infer`, { method: 'POST', headers: key, body });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: expect.stringMatching(/too l(ong|arge)/i) });
  }
});

test('what is no picture is refused by what it is, not by what it says', async () => {
  const png = { ...bearer, 'content-type': 'image/png' };
  expect(await sent('/models/fashion', png, new TextEncoder().encode('hello, I am a PNG'))).toMatchObject({
    status: 415,
  });
  expect(await sent('/models/fashion', png, '<svg xmlns="http://www.w3.org/2000/svg"/>')).toMatchObject({
    status: 415,
  });
  const truncated = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  expect(await sent('/models/fashion', png, truncated)).toMatchObject({ status: 400 });
});

test('after all that it still answers', async () => {
  const response = await fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: key,
    body: infer([one]),
  });
  expect(response.status).toBe(200);
});
