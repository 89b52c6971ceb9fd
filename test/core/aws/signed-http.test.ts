import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../core/aws/aws-error.ts';
import { jsonRefusal } from '../../../core/aws/json-refusal.ts';
import { NoAnswerError } from '../../../core/aws/no-answer-error.ts';
import { type AwsRequest, SignedHttp } from '../../../core/aws/signed-http.ts';
import { startAnswering } from './answering-server.ts';

const access = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: 'session' },
  random: () => 0,
};

const invoke: AwsRequest = {
  method: 'POST',
  path: 'endpoints/resnet50/invocations',
  headers: { 'content-type': 'application/octet-stream', 'x-amzn-sagemaker-target-variant': 'a' },
  body: Uint8Array.of(0, 1, 254, 255),
  attempts: 3,
  idleMsMax: 2000,
  msMax: 10_000,
  answerBytesMax: 100,
};

async function serviceBehind(...answers: RequestListener[]) {
  const { url, ...server } = await startAnswering(...answers);
  const service = new SignedHttp({
    ...access,
    label: 'SageMaker',
    signingName: 'sagemaker',
    url: new URL(url),
    readRefusal: jsonRefusal,
  });
  return { ...server, send: (more: Partial<AwsRequest> = {}) => service.send({ ...invoke, ...more }) };
}

const fine: RequestListener = (_, response) =>
  void response.writeHead(200, { 'x-model': 'a' }).end(Uint8Array.of(7, 0, 255));
const refuse =
  (status: number, code: string, message = 'no'): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'x-amzn-errortype': `${code}:http://aws/` }).end(JSON.stringify({ message }));
const lost: RequestListener = (request) => void request.socket.destroy();
const silent: RequestListener = () => {};

test('bytes go and come as they are, with their headers', async () => {
  const { send, received } = await serviceBehind(fine);
  const { headers, body } = await send();
  expect([...body]).toEqual([7, 0, 255]);
  expect(headers['x-model']).toBe('a');
  expect(received).toEqual([
    expect.objectContaining({
      method: 'POST',
      path: '/endpoints/resnet50/invocations',
      headers: expect.objectContaining({ ...invoke.headers, 'content-length': '4', 'x-amz-security-token': 'session' }),
      body: Buffer.from([0, 1, 254, 255]),
    }),
  ]);
  expect(received[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIA1\/\d{8}\/eu-central-1\/sagemaker\/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amzn-sagemaker-target-variant, /,
  );
});

test('a body in parts arrives as one, with its length and the digest that is signed', async () => {
  const { send, received } = await serviceBehind(fine, fine);
  await send({ body: [Uint8Array.of(0, 1), new Uint8Array(0), Uint8Array.of(254, 255)] });
  await send({ body: [Uint8Array.of(0, 1, 254, 255)] });
  for (const { body } of received) expect(body).toEqual(Buffer.from([0, 1, 254, 255]));
  const [inParts, whole] = received;
  expect(inParts?.headers).toMatchObject({
    'content-length': '4',
    'x-amz-content-sha256': createHash('sha256')
      .update(Uint8Array.of(0, 1, 254, 255))
      .digest('hex'),
    authorization: expect.stringContaining('x-amz-content-sha256'),
  });
  expect(whole?.headers['content-length']).toBe('4');
});

test('the next request takes the same connection', async () => {
  const { send, received } = await serviceBehind(fine);
  await send();
  await send();
  expect(received).toHaveLength(2);
  expect(new Set(received.map(({ connection }) => connection)).size).toBe(1);
});

describe('what may pass is tried as often as asked:', () => {
  test.each<[string, RequestListener]>([
    ['a lost connection', lost],
    ['an answer that breaks off', (_, response) => void response.writeHead(200).write('7', () => response.destroy())],
    ['an internal error', refuse(500, 'InternalServerError')],
    ['an unavailable service', refuse(503, 'ServiceUnavailable')],
    ['throttling', refuse(400, 'ThrottlingException')],
    ['throttling of a partition', refuse(400, 'ProvisionedThroughputExceededException')],
    ['too many requests', refuse(429, '')],
  ])('%s', async (_, trouble) => {
    const twice = await serviceBehind(trouble, trouble, fine);
    expect([...(await twice.send()).body]).toEqual([7, 0, 255]);
    expect(twice.received).toHaveLength(3);

    const always = await serviceBehind(trouble);
    await expect(always.send()).rejects.toThrow();
    expect(always.received).toHaveLength(3);

    const once = await serviceBehind(trouble, fine);
    await expect(once.send({ attempts: 1 })).rejects.toThrow();
    expect(once.received).toHaveLength(1);
  });

  test('a silence', async () => {
    const { send, received } = await serviceBehind(silent, fine);
    expect([...(await send({ idleMsMax: 50 })).body]).toEqual([7, 0, 255]);
    expect(received).toHaveLength(2);
  });
});

test.each([400, 403, 404, 413, 424])('a refusal with %i is final', async (status) => {
  const { send, received } = await serviceBehind(refuse(status, 'ModelError'), fine);
  await expect(send()).rejects.toThrow(AwsError);
  expect(received).toHaveLength(1);
});

test('a kept connection that was closed meanwhile costs no attempt', async () => {
  const { send, received } = await serviceBehind(fine, lost, fine);
  await send({ attempts: 1 });
  expect([...(await send({ attempts: 1 })).body]).toEqual([7, 0, 255]);
  const [first, second, third] = received.map(({ connection }) => connection);
  expect([second === first, third === first]).toEqual([true, false]);
});

test('a refusal tells how often the request was sent, since the service may have done it before', async () => {
  const stale = await serviceBehind(fine, lost, refuse(400, 'ConditionalCheckFailedException'));
  await stale.send({ attempts: 1 });
  await expect(stale.send({ attempts: 1 })).rejects.toMatchObject({ $metadata: { attempts: 2 } });
  const tried = await serviceBehind(refuse(500, ''), refuse(400, 'ConditionalCheckFailedException'));
  await expect(tried.send()).rejects.toMatchObject({ $metadata: { attempts: 2 } });
  const once = await serviceBehind(refuse(400, 'ConditionalCheckFailedException'));
  await expect(once.send()).rejects.toMatchObject({ $metadata: { attempts: 1 } });
});

test('a refusal tells code, status, headers and body apart, and logs show none of the latter two', async () => {
  const { send } = await serviceBehind((_, response) => {
    response.writeHead(424, { 'x-amzn-errortype': 'ModelError', 'x-amzn-requestid': 'r-1' });
    response.end('{"Message":"Received client error (400)","OriginalMessage":"canary","OriginalStatusCode":400}');
  });
  const error = await send().catch((thrown: unknown) => thrown as AwsError);
  expect(error).toBeInstanceOf(AwsError);
  const { name, message, status, headers, body } = error as AwsError;
  expect([name, status]).toEqual(['ModelError', 424]);
  expect(message).toBe('SageMaker answered 424 ModelError: Received client error (400)');
  expect(headers['x-amzn-requestid']).toBe('r-1');
  expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ OriginalMessage: 'canary' });
  expect(JSON.stringify({ message, ...(error as object) })).not.toContain('canary');
});

test('a refusal without end is read for its beginning', async () => {
  const { send } = await serviceBehind((_, response) => {
    response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).write('x'.repeat(1_000_000));
  });
  const error = await send().catch((thrown: unknown) => thrown as AwsError);
  expect(error).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  expect((error as AwsError).body.length).toBe(16_384);
});

describe('an answer', () => {
  test('of the largest size is taken, stated or not', async () => {
    const whole = Buffer.alloc(100, 1);
    const stated = await serviceBehind((_, response) => void response.end(whole));
    expect(Buffer.from((await stated.send()).body)).toEqual(whole);
    const chunked = await serviceBehind((_, response) => {
      response.write(whole.subarray(60));
      response.end(whole.subarray(0, 60));
    });
    expect(Buffer.from((await chunked.send()).body)).toEqual(whole);
  });

  test('of one byte more is not, once', async () => {
    const stated = await serviceBehind((_, response) => {
      // Never sent in full: who waits for the end of it would wait for ever.
      response.writeHead(200, { 'content-length': 101 }).write('x');
    });
    await expect(stated.send()).rejects.toThrow('with more than 100 bytes');
    expect(stated.received).toHaveLength(1);
    const chunked = await serviceBehind((_, response) => void response.writeHead(200).write('x'.repeat(101)));
    await expect(chunked.send()).rejects.toThrow(RangeError);
    expect(chunked.received).toHaveLength(1);
  });

  test('may be empty', async () => {
    const { send } = await serviceBehind((_, response) => void response.writeHead(202).end());
    expect((await send()).body).toHaveLength(0);
  });
});

describe('a service that does not answer', () => {
  test('is given up after the time for all attempts', async () => {
    const { send } = await serviceBehind(silent);
    const late = send({ msMax: 100, attempts: 100 });
    await expect(late).rejects.toThrow('no answer of SageMaker: not within 100 ms');
    await expect(late).rejects.toThrow(NoAnswerError);
  });

  test('is given up in the middle of an answer', async () => {
    const dripping = await serviceBehind((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(timer));
    });
    await expect(dripping.send({ msMax: 100, idleMsMax: 60 })).rejects.toThrow('not within 100 ms');
    const stalled = await serviceBehind((_, response) => void response.writeHead(200).write('.'));
    await expect(stalled.send({ attempts: 1, idleMsMax: 50 })).rejects.toThrow('no answer of SageMaker: broken off');
  });

  test('is given up when the caller gives up, with the reason of that', async () => {
    const { send, received } = await serviceBehind(silent);
    const caller = new AbortController();
    const sent = send({ signal: caller.signal });
    const reason = new Error('the client went away');
    caller.abort(reason);
    await expect(sent).rejects.toBe(reason);
    await expect(send({ signal: caller.signal })).rejects.toBe(reason);
    expect(received.length).toBeLessThanOrEqual(1);
  });

  test('and is not there at all is named', async () => {
    const { send, server } = await serviceBehind(fine);
    server.close();
    await expect(send()).rejects.toThrow(/^no answer of SageMaker: connect ECONNREFUSED/);
  });
});
