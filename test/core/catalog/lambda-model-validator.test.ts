import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LambdaModelValidator } from '../../../core/catalog/lambda-model-validator.ts';
import type { ValidationRequest } from '../../../core/catalog/validation.ts';

/** Lambda's answer to Invoke: a function's error comes with 200 and a header, an error of the service with its status. */
interface Reply {
  readonly status?: number;
  readonly functionError?: string;
  readonly payload?: string;
  readonly hangs?: boolean;
}

let server: Server;
let reply: Reply = {};
let asked: { path: string | undefined; type: unknown; body: string };
let validator: LambdaModelValidator;

async function invoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
  asked = { path: request.url, type: request.headers['x-amz-invocation-type'], body: await text(request) };
  const { status = 200, functionError, payload = '', hangs = false } = reply;
  if (hangs) return;
  response.writeHead(status, functionError === undefined ? {} : { 'x-amz-function-error': functionError });
  response.end(payload);
}

beforeAll(async () => {
  server = createServer((request, response) => void invoke(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const client = new LambdaClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  validator = new LambdaModelValidator(client, 'validate-fn');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const request = { manifest: { name: 'x' }, files: {} } as unknown as ValidationRequest;

const verdict = (given: Reply, budgetMs = 5000) => {
  reply = given;
  return validator.validate(request, budgetMs);
};

test('the function is asked and waited for, with the request as its event', async () => {
  expect(await verdict({ payload: '{"valid":true}' })).toEqual({ valid: true });
  expect(asked).toEqual({
    path: '/2015-03-31/functions/validate-fn/invocations',
    type: 'RequestResponse',
    body: JSON.stringify(request),
  });
  expect(await verdict({ payload: '{"valid":false,"reason":"no"}' })).toEqual({ valid: false, reason: 'no' });
});

test('a check that timed out fails the version with the seconds it had', async () => {
  const payload =
    '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 25.00 seconds"}';
  expect(await verdict({ functionError: 'Unhandled', payload })).toMatchObject({
    valid: false,
    reason: expect.stringContaining('did not finish within 25 s'),
  });
  const old = '{"errorMessage":"2026-11-21T00:00:00.000Z 1 Task timed out after 3.00 seconds"}';
  expect(await verdict({ functionError: 'Unhandled', payload: old })).toMatchObject({
    reason: expect.stringContaining('did not finish within 3 s'),
  });
  expect(await verdict({ hangs: true }, 50)).toMatchObject({
    valid: false,
    reason: expect.stringContaining('did not finish within 0 s'),
  });
});

test('a check that killed its process fails the version', async () => {
  for (const errorType of ['Runtime.ExitError', 'Runtime.OutOfMemory']) {
    expect(await verdict({ functionError: 'Unhandled', payload: JSON.stringify({ errorType }) })).toMatchObject({
      valid: false,
      reason: expect.stringContaining('needs more memory than there is, or crashes the runtime'),
    });
  }
});

test('an error of the function gives its name and nothing that it quotes', async () => {
  const payload = JSON.stringify({ errorType: 'TypeError', errorMessage: 'https://bucket/?X-Amz-Signature=1' });
  expect(await verdict({ functionError: 'Unhandled', payload })).toEqual({
    valid: false,
    reason: 'the check itself failed (TypeError); its log says why',
  });
  const hostile = JSON.stringify({ errorType: '<script>', errorMessage: 7 });
  expect(await verdict({ functionError: 'Unhandled', payload: hostile })).toEqual({
    valid: false,
    reason: 'the check itself failed; its log says why',
  });
});

test('an answer that is no verdict never makes a version READY', async () => {
  const reason = 'the check gave no verdict; try again';
  const answers = [
    '',
    'null',
    '"valid"',
    '{}',
    '{"valid":1}',
    '{"valid":"true"}',
    '{"valid":false}',
    '{"valid":true,"x":1}',
  ];
  for (const payload of answers) expect(await verdict({ payload })).toEqual({ valid: false, reason });
  const long = JSON.stringify({ valid: false, reason: 'x'.repeat(5000) });
  expect(await verdict({ payload: long })).toEqual({ valid: false, reason: 'x'.repeat(1000) });
});

test('a service that cannot be asked is no verdict on the model', async () => {
  await expect(verdict({ status: 429, payload: '{"Reason":"ConcurrentInvocationLimitExceeded"}' })).rejects.toThrow();
  await expect(verdict({ status: 403, payload: '{"Message":"not allowed"}' })).rejects.toThrow();
});
