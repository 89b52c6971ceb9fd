import { connect } from 'node:net';
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

/** Sends bytes as they are and collects what comes until the other side closes. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text, 'latin1'));
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    // A connection that is reset because we still sent has answered all the same.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
const head = (...lines: readonly string[]): string =>
  ['POST /v2/models/linear-2x/infer HTTP/1.1', 'Host: a', `x-api-key: ${apiKey}`, ...lines, '', ''].join('\r\n');
const body = infer([one]);

test.each([
  ['two lengths', head('Content-Length: 3', `Content-Length: ${body.length}`) + body],
  ['a length and chunks', head('Content-Length: 3', 'Transfer-Encoding: chunked') + body],
  ['a chunk of no length', `${head('Transfer-Encoding: chunked')}zz\r\n${body}`],
  ['a negative length', head('Content-Length: -3') + body],
  ['a NUL in a header', head('x-a: a\0b', `Content-Length: ${body.length}`) + body],
  ['a folded header', head('x-a: b', ' c', `Content-Length: ${body.length}`) + body],
  ['a method of its own', head(`Content-Length: ${body.length}`).replace('POST', 'STEAL') + body],
  ['another protocol', '\x16\x03\x01\x02hello\r\n\r\n'],
  ['50 kB of headers', head(`x-a: ${'a'.repeat(50_000)}`, `Content-Length: ${body.length}`) + body],
])('HTTP with %s is refused and the connection closed', async (_, text) => {
  expect(await raw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test('pipelined requests are each answered, in chunks or not', async () => {
  const chunked = `${head('Transfer-Encoding: chunked')}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const last = head('Connection: close', `Content-Length: ${body.length}`) + body;
  const answer = await raw(chunked + chunked + last);
  expect(answer.match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
  expect(new Set(answer.match(/x-usage-event-id: \S+/gi)).size).toBe(3);
});

test('after all that it still answers', async () => {
  const response = await fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: key,
    body: infer([one]),
  });
  expect(response.status).toBe(200);
});
