import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlClient } from '../../cli/control-client.ts';
import { ensureDemoTenant } from '../../cli/demo-tenant.ts';

/** A control API where the tenant "demo" is there already: another cannot be created, another key can. */
const api = createServer((request, response) => {
  const created = request.url === '/tenants/demo/keys';
  response.writeHead(created ? 201 : 409, { 'content-type': 'application/json' });
  response.end(JSON.stringify(created ? { tenant: 'demo', apiKey: 'another' } : { detail: 'there is a tenant demo' }));
});
let client: ControlClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  client = new ControlClient({ url, region: 'us-east-1', credentials, label: 'the test' });
});
afterAll(() => void api.close());

const file = join(mkdtempSync(join(tmpdir(), 'maas-demo-')), 'demo.json');

test('a demo file is kept, but for its URL', async () => {
  writeFileSync(file, JSON.stringify({ url: 'http://old', tenant: 'demo', apiKey: 'kept' }));
  expect(await ensureDemoTenant(client, file, 'http://new')).toEqual({
    url: 'http://new',
    tenant: 'demo',
    apiKey: 'kept',
  });
});

test.each(['', '{"url": "http://ol', '{"tenant": 7}', '[]'])(
  'a demo file that reads %j is made anew, with another key',
  async (text) => {
    writeFileSync(file, text);
    await ensureDemoTenant(client, file, 'http://new');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: 'http://new', tenant: 'demo', apiKey: 'another' });
  },
);
