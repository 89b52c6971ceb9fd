import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { authorizer, custom, restApiStack } from './rest-api-template.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';

const mebibyte = 1024 * 1024;

const start = (): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({ api: { BinaryMediaTypes: ['*/*'] }, methods: { 'POST /': {}, 'GET /{x}': {} } }),
    functions: { Function: ({ body }) => ({ body: String(body?.length ?? 0) }) },
  });

describe('a body', () => {
  test('over 10 MB is 413, announced or not, and the next request is served', async () => {
    const { url, events } = await start();
    const large = new Uint8Array(11 * mebibyte);
    const announced = await fetch(url, { method: 'POST', body: large });
    expect([announced.status, await announced.json()]).toEqual([413, { message: 'Request Too Long' }]);
    const body = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 11; part += 1) controller.enqueue(new Uint8Array(mebibyte));
        controller.close();
      },
    });
    const chunked = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect([chunked.status, await chunked.json()]).toEqual([413, { message: 'Request Too Long' }]);
    expect((await fetch(url, { method: 'POST', body: 'abc' })).status).toBe(200);
    expect(events['Function']).toHaveLength(1);
  });

  test('whose event would be over 6,291,456 bytes is 413, below it is served', async () => {
    const { url } = await start();
    const fits = await fetch(url, { method: 'POST', body: new Uint8Array(4_700_000) });
    expect([fits.status, await fits.text()]).toEqual([200, String(4 * Math.ceil(4_700_000 / 3))]);
    const tooLarge = await fetch(url, { method: 'POST', body: new Uint8Array(4_718_592) });
    expect([tooLarge.status, await tooLarge.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  test('that never ends costs its sender the connection', async () => {
    const { url } = await start();
    const { host, hostname, port, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(mebibyte), Buffer.from('\r\n')]);
    let sent = 0;
    const pump = (): void => {
      while (!socket.destroyed && sent < 200) {
        sent += 1;
        if (!socket.write(chunk)) {
          socket.once('drain', pump);
          return;
        }
      }
    };
    pump();
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(sent).toBeLessThan(200);
  });

  test('whose sender goes away is forgotten', async () => {
    const { url, events, domainUrl } = await start();
    const sent = httpRequest(url, { method: 'POST', headers: { 'content-length': '1000' } });
    sent.on('error', () => undefined);
    sent.write('half');
    await once(sent, 'socket');
    await new Promise<void>((resolve) => sent.write('x', () => resolve()));
    sent.destroy();
    expect((await fetch(`${domainUrl}/x`)).status).toBe(200);
    expect(events['Function']).toHaveLength(1);
  });
});

test('headers and request line over 10,240 bytes are 431', async () => {
  const { domainUrl } = await start();
  const get = (bytes: number): Promise<Response> =>
    fetch(`${domainUrl}/x`, { headers: { 'x-large': 'x'.repeat(bytes) } });
  expect((await get(9_900)).status).toBe(200);
  const response = await get(10_240);
  expect([response.status, await response.json()]).toEqual([431, { message: 'Request Header Fields Too Large' }]);
});

test('a method ARN over 1,600 bytes is 414', async () => {
  const { domainUrl } = await start();
  expect((await fetch(`${domainUrl}/${'x'.repeat(1_400)}`)).status).toBe(200);
  const response = await fetch(`${domainUrl}/${'x'.repeat(1_600)}`);
  expect([response.status, await response.json()]).toEqual([414, { message: 'Request URI too long' }]);
});

test('a client that asks before it sends is told to go on only once it is let in', async () => {
  const { domainUrl } = await startGateway({
    stack: restApiStack({
      methods: { 'POST /': custom() },
      functions: ['Function', 'Authorizer'],
      more: { TheAuthorizer: authorizer('method.request.header.x-key', 0) },
    }),
    functions: {
      Function: ({ body }) => ({ body }),
      Authorizer: ({ headers }) => ({
        principalId: 'p',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: headers['x-key'] === 'good' ? 'Allow' : 'Deny', Action: '*', Resource: '*' }],
        },
      }),
    },
  });
  const post = async (key: string): Promise<{ asked: boolean; status: number | undefined }> => {
    const sent = httpRequest(domainUrl, {
      method: 'POST',
      headers: { 'x-key': key, Expect: '100-continue', 'Content-Length': 4 },
    });
    let asked = false;
    sent.on('continue', () => {
      asked = true;
      sent.end('body');
    });
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    sent.destroy();
    return { asked, status: response.statusCode };
  };
  expect(await post('good')).toEqual({ asked: true, status: 200 });
  expect(await post('bad')).toEqual({ asked: false, status: 403 });
});
