import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MaasProcess } from './maas-process.ts';

/** The platform with its models for GPUs, at the hands of tenants who mean no good. */
const data = mkdtempSync(resolve('.build/system-gpu-hostile-'));
/** In payloads; it must not turn up anywhere else. */
const canary = 'canary-7d1f3a';
const pixels = new Uint8Array(new Float32Array(3 * 224 * 224).fill(0.5).buffer);
let maas: MaasProcess;
/** Of a tenant whose plan throttles nothing of this. */
let apiKey: string;
/** Successes that were answered. */
let answered = 0;

beforeAll(async () => {
  maas = await MaasProcess.start(data, { MAAS_GPU: '1' });
  ({ apiKey } = await newTenant('foe'));
}, 120_000);
afterAll(async () => {
  await maas?.end();
  rmSync(data, { recursive: true, force: true });
});

const newTenant = (name: string): Promise<{ apiKey: string }> =>
  maas.json('tenants', 'create', name, '--plan', 'enterprise');
const usage = async (tenant: string): Promise<number> =>
  (await maas.json<{ totals: { requests: number } }>('usage', tenant)).totals.requests;

interface Sent {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer> | string;
}

/** A binary request for one picture, as it should be but for the changes. */
function picture(
  input: object = {},
  { request = {}, tensor = pixels, headers = {} }: { request?: object; tensor?: Uint8Array; headers?: object } = {},
): Sent {
  const spec = { name: 'image', datatype: 'FP32', shape: [1, 3, 224, 224] };
  const parameters = { binary_data_size: tensor.length };
  const json = Buffer.from(JSON.stringify({ inputs: [{ ...spec, parameters, ...input }], ...request }));
  return {
    headers: { 'x-api-key': apiKey, 'inference-header-content-length': String(json.length), ...headers },
    body: Buffer.concat([json, tensor]),
  };
}

async function post(path: string, { headers, body }: Sent): Promise<Response> {
  // What takes longer hangs: a function has 29 s.
  const signal = AbortSignal.timeout(15_000);
  const response = await fetch(`${maas.demo.url}${path}`, { method: 'POST', headers, body, signal });
  if (response.status === 200) answered++;
  return response;
}
async function refused(path: string, sent: Sent, status: number): Promise<void> {
  const response = await post(path, sent);
  const text = await response.text();
  expect(response.status, text.slice(0, 300)).toBe(status);
  expect(JSON.parse(text), text.slice(0, 300)).toEqual({ error: expect.any(String) });
  expect(text.length).toBeLessThan(1000);
  expect(response.headers.get('x-usage-event-id')).toBeNull();
  expect(text).not.toMatch(/\/(tmp|work|home|opt|var)\/|node_modules|arn:/);
}
const infer = '/v2/models/moderation/infer';

test('requests that are malformed, lie or ask for too much are each a 4xx that explains itself', async () => {
  const huge = 2 ** 40;
  const cases: [Sent, number][] = [
    [picture({ name: `${canary}\0\r\n` }), 400],
    [picture({ name: '__proto__' }), 400],
    [picture({ name: 'n'.repeat(65_536) }), 400],
    [picture({ datatype: 'FP64' }), 400],
    [picture({ shape: [1, 224, 224, 3] }), 400],
    [picture({ shape: [-1, 3, 224, 224] }), 400],
    [picture({ shape: [huge, 3, 224, 224] }), 400],
    [picture({ shape: [33, 3, 224, 224] }), 400],
    [picture({ shape: [0, 3, 224, 224] }, { tensor: new Uint8Array() }), 400],
    [picture({ parameters: { binary_data_size: huge } }), 400],
    [picture({ parameters: { binary_data_size: 4 } }), 400],
    [picture({ parameters: { binary_data_size: pixels.length, shared_memory_region: canary } }), 400],
    [picture({}, { request: { id: { [canary]: 1 } } }), 400],
    [picture({}, { request: { outputs: [{ name: canary }] } }), 400],
    [picture({}, { request: { parameters: { triton_enable_empty_final_response: true } } }), 400],
    ...['-1', 'abc', '99999999999', '0x10', '1e3', '12, 13', '0', '1', '999999'].map((length): [Sent, number] => [
      picture({}, { headers: { 'inference-header-content-length': length } }),
      400,
    ]),
    [picture({}, { headers: { 'content-encoding': 'br' } }), 415],
    [picture({}, { headers: { 'content-encoding': 'gzip' } }), 400],
    [{ headers: { 'x-api-key': apiKey, 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000)) }, 413],
    [{ headers: { 'x-api-key': apiKey }, body: `{"inputs":${'['.repeat(100_000)}` }, 400],
    [{ headers: {}, body: '{}' }, 401],
  ];
  for (const [sent, status] of cases) await refused(infer, sent, status);
  for (const version of ['7', '0', '01', '-1', '%00', '..%2F1', '9'.repeat(100)]) {
    await refused(`/v2/models/moderation/versions/${version}/infer`, picture(), 404);
  }
  for (const model of ['infer', 'ready', 'versions', 'constructor', 'MODERATION', 'moderation%00', '%F0%9F%98%80']) {
    await refused(`/v2/models/${model}/infer`, picture(), 404);
  }
});

test('an id comes back as it was, and goes no further', async () => {
  const ids = [canary, 'x'.repeat(65_536), 'a\r\nb\0\u001b[31m"\\', '\u{1f600}\u2028', '\ud800'];
  for (const id of ids) {
    const response = await post(infer, picture({}, { request: { id } }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id, model_name: 'moderation' });
  }
});

test('pictures that are bombs, are damaged or are none are refused before they cost anything', async () => {
  const bomb = sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#123' } });
  const good = readFileSync('models/moderation/sample/landscape.jpg');
  const lying = Buffer.from(good);
  const frame = lying.findIndex((byte, at) => byte === 0xff && (lying[at + 1] === 0xc0 || lying[at + 1] === 0xc2));
  lying.writeUInt16BE(65_500, frame + 5);
  lying.writeUInt16BE(65_500, frame + 7);
  const cases: [Uint8Array, number][] = [
    [await bomb.clone().jpeg({ quality: 1 }).toBuffer(), 413],
    [await bomb.clone().png({ compressionLevel: 6 }).toBuffer(), 413],
    [lying, 413],
    [good.subarray(0, 900), 400],
    [Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${canary}</svg>`), 415],
    [Buffer.alloc(0), 415],
  ];
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'image/jpeg' };
  for (const [body, status] of cases) await refused('/models/moderation', { headers, body: Buffer.from(body) }, status);
});

test('a crowd of large requests is served or told to come back, and each success is billed once', async () => {
  const crowdKey = (await newTenant('crowd')).apiKey;
  const before = answered;
  const crowd = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const response = await post(infer, picture({}, { headers: { 'x-api-key': crowdKey } }));
      await response.arrayBuffer();
      return response;
    }),
  );
  const served = crowd.filter(({ status }) => status === 200);
  expect(served.length).toBeGreaterThan(0);
  expect(new Set(served.map(({ headers }) => headers.get('x-usage-event-id'))).size).toBe(served.length);
  for (const { status, headers } of crowd.filter(({ status: each }) => each !== 200)) {
    expect([429, 500, 503]).toContain(status);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
  }
  expect(await usage('crowd')).toBe(served.length);
  // Counted above, for another tenant.
  answered = before;
  await maas.maas('tenants', 'suspend', 'crowd');
  await refused(infer, picture({}, { headers: { 'x-api-key': crowdKey } }), 403);
});

test('slow senders keep nobody from being served', async () => {
  const sockets = Array.from({ length: 100 }, () => {
    const socket = connect(Number(new URL(maas.demo.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST ${infer} HTTP/1.1\r\nHost: a\r\nx-api-key: ${apiKey}\r\nContent-Length: 602200\r\n\r\n{"in`);
    return socket;
  });
  await Promise.all(sockets.map((socket) => new Promise((sent) => socket.once('connect', sent))));
  expect((await post(infer, picture())).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});

test('all that was answered is billed and nothing else, and no log has a word of what was sent', async () => {
  expect(await usage('foe')).toBe(answered);
  const logs = readdirSync(join(data, 'logs')).map((file) => readFileSync(join(data, 'logs', file), 'utf8'));
  expect(logs.join('')).toContain('moderation');
  for (const log of [...logs, maas.printed]) {
    expect(log.includes(canary)).toBe(false);
    expect(log.includes(apiKey)).toBe(false);
  }
});

/** Processes that were started, directly or not, for this data folder. */
const processes = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['environ', 'cmdline'].some((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(data);
        } catch {
          return false; // It ended meanwhile.
        }
      }),
    );

test('clients that go away in the middle, and kill -9 of it all: no process is left, and a restart serves', async () => {
  const gone = Array.from({ length: 20 }, (_, index) => {
    const { headers, body } = picture();
    const signal = AbortSignal.timeout(5 + index * 5);
    return fetch(`${maas.demo.url}${infer}`, { method: 'POST', headers, body, signal }).catch(() => undefined);
  });
  await Promise.all(gone);
  await maas.end('SIGKILL');
  await expect.poll(processes, { timeout: 10_000 }).toEqual([]);
  maas = await MaasProcess.start(data, { MAAS_GPU: '1' });
  expect((await post(infer, picture())).status).toBe(200);
  await maas.end('SIGTERM');
  expect(processes()).toEqual([]);
});
