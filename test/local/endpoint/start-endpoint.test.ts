import { request } from 'node:http';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AwsCall, AwsError, type AwsService } from '../../../local/endpoint/aws-call.ts';
import { jsonError } from '../../../local/endpoint/json-error.ts';
import { type Endpoint, startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';

const region = 'eu-central-1';
const principal = { arn: 'arn:aws:iam::123456789012:user/operator', account: '123456789012', policies: [] };
const credentials = new CredentialStore({
  accessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  secretAccessKey: 'a-secret',
  principal,
});

let endpoint: Endpoint;
let lines: string[] = [];
let calls: AwsCall[] = [];
let raw: string[] = [];
let answer: (call: AwsCall) => unknown;
/** What the service answers in pieces, if it does. */
let pieces: (() => AsyncGenerator<Buffer>) | undefined;

const service: AwsService = {
  signingName: 'dynamodb',
  handle: async (call) => {
    calls.push(call);
    if (pieces) {
      return { status: 200, body: pieces() };
    }
    return { status: 200, body: JSON.stringify(await answer(call)) };
  },
  renderError: jsonError,
};

const handler =
  (name: string): Parameters<typeof startEndpoint>[0]['s3'] =>
  async (incoming, response) => {
    raw.push(`${name} ${incoming.url}`);
    if (incoming.url?.includes('fail')) {
      throw new TypeError('the secret is 1234');
    }
    response.end('<ListAllMyBucketsResult/>');
  };

beforeAll(async () => {
  endpoint = await startEndpoint({
    region,
    credentials,
    services: [service],
    s3: handler('s3'),
    executeApi: handler('execute-api'),
    log: (line) => lines.push(line),
  });
});

beforeEach(() => {
  pieces = undefined;
  lines = [];
  calls = [];
  raw = [];
  answer = () => ({ TableNames: ['t'] });
});

afterAll(() => endpoint.stop());

const settings = (secretAccessKey = 'a-secret') => ({
  region,
  endpoint: endpoint.url,
  maxAttempts: 1,
  credentials: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey },
});

/** A bare request; resolves with status, headers and body. */
const send = (path: string, headers: Record<string, string> = {}, body: Buffer | string = '', method = 'POST') =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const outgoing = request(`${endpoint.url}${path}`, { method, headers }, (response) => {
      response.toArray().then((chunks: Buffer[]) => {
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const signedFor = (name: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAAAA/20260101/${region}/${name}/aws4_request, SignedHeaders=host, Signature=0`,
  'x-amz-date': '20260101T000000Z',
});

describe('the endpoint', () => {
  it('listens on the loopback interface', () => {
    expect(endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('hands a call to the service that it is signed for, with who signed it', async () => {
    const { TableNames, $metadata } = await new DynamoDBClient(settings()).send(new ListTablesCommand({ Limit: 3 }));
    expect(TableNames).toEqual(['t']);
    expect(calls[0]).toMatchObject({ method: 'POST', path: '/', requestId: $metadata.requestId });
    expect(calls[0]?.principal.arn).toBe(principal.arn);
    expect(calls[0]?.body.toString()).toBe('{"Limit":3}');
    expect(calls[0]?.headers['x-amz-target']).toBe('DynamoDB_20120810.ListTables');
  });

  it('refuses a call with a wrong signature before the service sees it', async () => {
    await expect(new DynamoDBClient(settings('wrong')).send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    expect(calls).toHaveLength(0);
  });

  it('leaves requests to S3, unsigned ones and API stages to their own handlers', async () => {
    await new S3Client(settings()).send(new ListBucketsCommand({}));
    await send('/bucket/key', {}, '', 'GET');
    await send('/_aws/execute-api/api1/prod/v2?x=1', signedFor('execute-api'));
    expect(raw).toEqual(['s3 /?x-id=ListBuckets', 's3 /bucket/key', 'execute-api /_aws/execute-api/api1/prod/v2?x=1']);
  });

  it('names a service that is not there', async () => {
    await expect(new LambdaClient(settings()).send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('"lambda"'),
    });
  });

  it('tells an unsigned call to a JSON service what is missing', async () => {
    const { status, body } = await send('/', { 'x-amz-target': 'DynamoDB_20120810.ListTables' });
    expect([status, JSON.parse(body).__type]).toEqual([400, 'MissingAuthenticationTokenException']);
  });

  it('answers errors of the service in its form, with a request id', async () => {
    answer = () => {
      throw new AwsError('ResourceNotFoundException', 400, 'no such table');
    };
    await expect(new DynamoDBClient(settings()).send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'no such table',
      $metadata: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(lines).toEqual([]);
  });

  it('survives unexpected errors, of which clients learn nothing and logs no payload', async () => {
    answer = () => JSON.parse('payload that is private');
    await expect(new DynamoDBClient(settings()).send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'InternalFailure',
      $response: { statusCode: 500 },
    });
    const { status, body } = await send('/fail', {}, '', 'GET');
    expect(status).toBe(500);
    expect(body).not.toContain('1234');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('SyntaxError');
    expect(lines[1]).toContain('TypeError');
    expect(lines.join()).not.toMatch(/private|1234/);
    answer = () => ({ TableNames: [] });
    await expect(new DynamoDBClient(settings()).send(new ListTablesCommand({}))).resolves.toBeDefined();
  });

  it('refuses bodies over 16 MB, and unfinished ones do it no harm', async () => {
    const { status, body } = await send('/', signedFor('dynamodb'), Buffer.alloc(16 * 1024 * 1024 + 1));
    expect([status, JSON.parse(body).__type]).toEqual([413, 'RequestEntityTooLarge']);
    const announced = await send('/', { ...signedFor('dynamodb'), 'content-length': '99999999999' }, 'x').catch(
      (error: unknown) => error,
    );
    expect(announced).toMatchObject({ status: 413 });
    const cut = request(`${endpoint.url}/`, {
      method: 'POST',
      headers: { ...signedFor('dynamodb'), 'content-length': '100' },
    });
    cut.on('error', () => undefined);
    cut.write('x', () => cut.destroy());
    await new Promise((resolve) => cut.once('close', resolve));
    expect(calls).toHaveLength(0);
    await expect(new DynamoDBClient(settings()).send(new ListTablesCommand({}))).resolves.toBeDefined();
  });

  it('sends an answer in pieces as they come, and breaks off where they do', async () => {
    const list = () => new DynamoDBClient(settings()).send(new ListTablesCommand({}));
    pieces = async function* () {
      yield Buffer.from('{"TableNames":');
      yield Buffer.from('["in pieces"]}');
    };
    expect((await list()).TableNames).toEqual(['in pieces']);
    pieces = async function* () {
      yield Buffer.from('{"TableNames":');
      throw new Error('gone');
    };
    await expect(list()).rejects.toThrow();
    pieces = undefined;
    expect((await list()).TableNames).toEqual(['t']);
  });

  it('refuses a body that is larger than its service takes', async () => {
    const small: AwsService = { ...service, bodyBytesMax: 10 };
    const other = await startEndpoint({
      region,
      credentials,
      services: [small],
      s3: handler('s3'),
      executeApi: handler('x'),
      log: () => undefined,
    });
    const client = new DynamoDBClient({ ...settings(), endpoint: other.url });
    await expect(client.send(new ListTablesCommand({ Limit: 100 }))).rejects.toMatchObject({
      name: 'RequestEntityTooLarge',
      message: 'Request body must be at most 10 bytes long.',
    });
    await other.stop();
  });

  it('does not start on a port that is taken', async () => {
    const port = Number(new URL(endpoint.url).port);
    const options = {
      region,
      credentials,
      services: [],
      s3: handler('s3'),
      executeApi: handler('x'),
      log: () => undefined,
    };
    await expect(startEndpoint({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('answers the requests under way before it stops', async () => {
    const other = await startEndpoint({
      region,
      credentials,
      services: [service],
      s3: handler('s3'),
      executeApi: handler('x'),
      log: () => undefined,
    });
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    answer = () => {
      arrive();
      return finished.then(() => ({ TableNames: ['late'] }));
    };
    const listing = new DynamoDBClient({ ...settings(), endpoint: other.url }).send(new ListTablesCommand({}));
    await arrived;
    const stopping = other.stop();
    finish();
    expect((await listing).TableNames).toEqual(['late']);
    await stopping;
    await expect(fetch(other.url)).rejects.toThrow();
  });
});
