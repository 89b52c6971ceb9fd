// A container for tests: it keeps the contract and does what the content type of a request says.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const {
  MODEL_DIRECTORY = '',
  SAGEMAKER_BIND_TO_PORT = '',
  SAGEMAKER_MULTI_MODEL,
  ROOM = '100',
  LOAD_MS = '0',
} = process.env;
const has = (name: string): boolean => existsSync(join(MODEL_DIRECTORY, name));

if (has('broken')) {
  console.error('loading the model');
  console.error(`failed to load: ${readFileSync(join(MODEL_DIRECTORY, 'broken'), 'utf8')}`);
  process.exit(1);
}
/** By name: what its file `name` says. */
const loaded = new Map<string, string>();

function reply(response: ServerResponse, status: number, body: Buffer | object | string, headers = {}): void {
  response.writeHead(status, headers);
  response.end(Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body));
}

async function invoke(request: IncomingMessage, response: ServerResponse, model: string): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const type = request.headers['content-type'] ?? '';
  const [, status] = /^test\/status-(\d+)$/.exec(type) ?? [];
  if (status !== undefined) return reply(response, Number(status), { error: `the model says ${status}` });
  switch (type) {
    case 'test/hang':
      return;
    case 'test/exit':
      return void process.kill(process.pid, 'SIGKILL');
    case 'test/describe':
      return reply(response, 200, {
        pid: process.pid,
        env: process.env,
        headers: request.headers,
        model,
        loaded: [...loaded.values()],
      });
    case 'test/stop-answering':
      stuck = true;
      return reply(response, 200, '');
    case 'test/endless':
      return void setInterval(() => response.write(Buffer.alloc(1024 * 1024)), 1);
    case 'test/stream':
      for (const part of ['one ', 'two ', 'three']) response.write(part);
      return void response.end();
    case 'test/break':
      response.write('begun');
      return void setTimeout(() => response.destroy(), 50);
    default:
      return reply(response, 200, body, {
        ...(type !== '' && { 'content-type': type }),
        'x-amzn-sagemaker-custom-attributes': 'from the container',
      });
  }
}

let stuck = false;

const server = createServer((request, response) => {
  const { method = '', url = '' } = request;
  if (stuck) return;
  const [, name = ''] = /^\/models\/([^/]+)/.exec(url) ?? [];
  if (url === '/ping') {
    reply(response, 200, '');
  } else if (method === 'POST' && url === '/invocations') {
    const model = has('name') ? readFileSync(join(MODEL_DIRECTORY, 'name'), 'utf8') : '';
    void invoke(request, response, model);
  } else if (SAGEMAKER_MULTI_MODEL === 'true' && method === 'POST' && url === '/models') {
    void request.toArray().then((chunks) => {
      const asked = JSON.parse(Buffer.concat(chunks).toString()) as { model_name: string; url: string };
      if (loaded.has(asked.model_name)) return reply(response, 409, { error: 'already loaded' });
      if (loaded.size >= Number(ROOM)) return reply(response, 507, { error: 'out of memory' });
      const says = readFileSync(join(asked.url, 'name'), 'utf8');
      if (says === 'bad') return reply(response, 400, { error: 'failed to load bad' });
      setTimeout(() => {
        loaded.set(asked.model_name, says);
        reply(response, 200, '');
      }, Number(LOAD_MS));
    });
  } else if (method === 'DELETE' && loaded.delete(name)) {
    reply(response, 200, '');
  } else if (method === 'POST' && loaded.has(name)) {
    void invoke(request, response, loaded.get(name) ?? '');
  } else {
    reply(response, 404, { error: 'not found' });
  }
});
server.listen(Number(SAGEMAKER_BIND_TO_PORT), '127.0.0.1', () => {
  console.log('a line of its log');
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
