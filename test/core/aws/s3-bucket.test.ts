import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { S3Bucket } from '../../../core/aws/s3-bucket.ts';
import { startS3 } from '../../local/s3/start-s3.ts';

const key = `sha256/${'0a'.repeat(32)}`;

describe('from an S3 that checks signatures and permissions', () => {
  let s3: Awaited<ReturnType<typeof startS3>>;
  beforeAll(async () => {
    s3 = await startS3();
    await s3.bucket('models');
    await s3.operator.send(new PutObjectCommand({ Bucket: 'models', Key: key, Body: 'weights' }));
  });
  afterAll(() => s3.stop());

  const bucketFor = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    new S3Bucket({ name: 'models', region: s3.region, endpoint: s3.url, credentials, random: () => 0 });

  test('a session of a role reads what it may read', async () => {
    const role = s3.role({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::models/sha256/*' });
    expect(role.sessionToken).toBeTruthy();
    expect(Buffer.from(await bucketFor(role).get(key, 7)).toString()).toBe('weights');
  });

  test('a refusal says what S3 said, for the log', async () => {
    await expect(bucketFor(s3.role()).get(key, 7)).rejects.toThrow(
      /^S3 answered 403 AccessDenied: .*is not authorized to perform: s3:GetObject/,
    );
    const impostor = { ...s3.credentials.operator, secretAccessKey: 'guessed' };
    await expect(bucketFor(impostor).get(key, 7)).rejects.toThrow('403 SignatureDoesNotMatch');
  });

  test('an object that is not there is an error with its code', async () => {
    await expect(bucketFor(s3.credentials.operator).get('sha256/none', 7)).rejects.toThrow('404 NoSuchKey');
  });
});

/** A bucket behind a server that gives the answers in turn, the last of them for ever. */
async function bucketBehind(...answers: RequestListener[]) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const bucket = new S3Bucket({
    name: 'models',
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    random: () => 0,
  });
  return { bucket, requests: () => requests };
}

const weights: RequestListener = (_, response) => void response.end('weights');
const slowDown: RequestListener = (_, response) =>
  void response.writeHead(503).end('<Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>');

describe('what may pass is tried three times in all:', () => {
  test.each<[string, RequestListener]>([
    ['an overloaded S3', slowDown],
    ['a connection that is refused an answer', (request) => void request.socket.destroy()],
    [
      'an object that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': 7 }).write('wei', () => response.destroy());
      },
    ],
    ['a silence', () => {}],
  ])('%s', { timeout: 15_000 }, async (_, trouble) => {
    const { bucket, requests } = await bucketBehind(trouble, weights);
    expect(Buffer.from(await bucket.get(key, 7)).toString()).toBe('weights');
    expect(requests()).toBe(2);
  });

  test('then its error is reported', async () => {
    const { bucket, requests } = await bucketBehind(slowDown);
    await expect(bucket.get(key, 7)).rejects.toThrow('S3 answered 503 SlowDown: Please reduce your rate.');
    expect(requests()).toBe(3);
  });
});

describe('is tried once:', () => {
  test('an object of another size, of which nothing is taken in', async () => {
    const { bucket, requests } = await bucketBehind((_, response) => {
      // Never sent in full: who waits for the end of it would wait for ever.
      response.writeHead(200, { 'content-length': 1e12 }).write('weights and more');
    });
    await expect(bucket.get(key, 7)).rejects.toThrow(`S3 answered GET ${key} with more than 7 bytes`);
    expect(requests()).toBe(1);
  });

  test('an object that is shorter', async () => {
    const { bucket, requests } = await bucketBehind((_, response) => void response.end('weigh'));
    await expect(bucket.get(key, 7)).rejects.toThrow(`S3 answered GET ${key} with 5 bytes, not 7`);
    expect(requests()).toBe(1);
  });

  test('an object of unstated size, and larger', async () => {
    const { bucket } = await bucketBehind((_, response) => {
      response.write('weights');
      response.end(' and more');
    });
    await expect(bucket.get(key, 7)).rejects.toThrow('with more than 7 bytes');
  });

  test('a redirection, which is not followed', async () => {
    const { bucket, requests } = await bucketBehind((_, response) => {
      response.writeHead(301, { location: '/elsewhere' }).end('<Error><Code>PermanentRedirect</Code></Error>');
    });
    await expect(bucket.get(key, 7)).rejects.toThrow('S3 answered 301 PermanentRedirect');
    expect(requests()).toBe(1);
  });

  test('an error without end, of which the beginning is enough', async () => {
    const { bucket } = await bucketBehind((_, response) => {
      response.writeHead(403).write(`<Error><Code>AccessDenied</Code>${' '.repeat(100_000)}`);
    });
    await expect(bucket.get(key, 7)).rejects.toThrow('S3 answered 403 AccessDenied');
  });
});
