import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud.ts';
import { smallDomain, writeSmallAssembly } from './small-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloud-'));
const assembly = join(folder, 'assembly');
beforeAll(() => writeSmallAssembly(assembly));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newData = (): string => mkdtempSync(join(folder, 'data-'));

async function started(data: string, options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await startCloud({ assembly, data, domains: [smallDomain], log: () => undefined, ...options });
  onTestFinished(() => cloud.stop());
  return cloud;
}

const visit = async (cloud: Cloud, name: string): Promise<unknown> =>
  (await fetch(`${cloud.domains[0]}/${name}`)).json();

test('one assembly: a request goes through API, function, table and bucket, and SDKs see what it did', async () => {
  const cloud = await started(newData());
  expect(await visit(cloud, 'ada')).toEqual({ name: 'ada', visits: 1 });
  expect(await visit(cloud, 'ada')).toEqual({ name: 'ada', visits: 2 });

  const settings = { endpoint: cloud.endpoint, region: cloud.region, credentials: { ...cloud.operator } };
  const { Bucket, Table } = cloud.outputs['data'] ?? {};
  const item = await new DynamoDBClient(settings).send(
    new GetItemCommand({ TableName: Table, Key: { name: { S: 'ada' } } }),
  );
  expect(item.Item?.['visits']).toEqual({ N: '2' });
  const object = await new S3Client(settings).send(new GetObjectCommand({ Bucket, Key: 'ada' }));
  expect(await object.Body?.transformToString()).toBe('hello ada');
  const FunctionName = cloud.outputs['front']?.['Function'];
  const event = JSON.stringify({ pathParameters: { name: 'ada' } });
  const direct = await new LambdaClient(settings).send(new InvokeCommand({ FunctionName, Payload: event }));
  expect(direct.Payload?.transformToString()).toContain('visits\\":3');
});

test('a function may do what its role may, and is told what it may not', async () => {
  const cloud = await started(newData());
  const response = await fetch(`${cloud.domains[0]}/forbidden`);
  expect(response.status).toBe(403);
  const { Bucket } = cloud.outputs['data'] ?? {};
  expect(await response.text()).toMatch(
    new RegExp(
      `^AccessDenied: User: arn:aws:sts::${cloud.account}:assumed-role/\\S+ is not authorized to perform: s3:DeleteObject on resource: .*${Bucket}/any`,
    ),
  );
});

test('nobody without a key of this cloud is served', async () => {
  const cloud = await started(newData());
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'guessed' };
  const stranger = new S3Client({ endpoint: cloud.endpoint, region: cloud.region, credentials });
  await expect(stranger.send(new ListBucketsCommand())).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
});

test('while it runs, cloud.json tells its owner where it is; it goes with the cloud', async () => {
  const data = newData();
  const cloud = await started(data);
  const file = join(data, 'cloud.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { endpoint, region, account, outputs, domains } = cloud;
  const { accessKeyId, secretAccessKey } = cloud.operator;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    endpoint,
    region,
    account,
    outputs,
    domains,
    operator: { accessKeyId, secretAccessKey },
    pid: process.pid,
  });
  await cloud.stop();
  expect(existsSync(file)).toBe(false);
  await expect(fetch(endpoint)).rejects.toThrow();
});

test('a data folder in use is refused, with the process that has it', async () => {
  const data = newData();
  await started(data);
  await expect(started(data)).rejects.toThrow(`${data} is in use by process ${process.pid}`);
});

test('two clouds on two data folders do not meet', async () => {
  const [one, two] = [await started(newData()), await started(newData())];
  await visit(one, 'ada');
  expect(await visit(two, 'ada')).toEqual({ name: 'ada', visits: 1 });
});

test('what was there is there after a stop, and after a kill', async () => {
  const data = newData();
  const first = await startCloud({ assembly, data, domains: [smallDomain], log: () => undefined });
  await visit(first, 'ada');
  await first.stop();

  const script = fileURLToPath(new URL('./cloud-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, assembly, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const answer = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', () => reject(new Error('the cloud ended early')));
  });
  expect(JSON.parse(answer)).toEqual({ name: 'ada', visits: 2 });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;

  const cloud = await started(data);
  expect(await visit(cloud, 'ada')).toEqual({ name: 'ada', visits: 3 });
  expect(cloud.operator.accessKeyId).toBe(first.operator.accessKeyId);
  expect(cloud.outputs).toEqual(first.outputs);
});

test('a start that fails says why, and leaves the data folder free', async () => {
  const data = newData();
  const altered = join(folder, 'altered');
  cpSync(assembly, altered, { recursive: true });
  const file = join(altered, 'data.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  template.Resources.Stream = { Type: 'AWS::Kinesis::Stream' };
  template.Resources.Bucket.Properties = { Colour: 'blue' };
  writeFileSync(file, JSON.stringify(template));
  const wrong = started(data, { assembly: altered });
  await expect(wrong).rejects.toThrow('data/Stream (AWS::Kinesis::Stream): this resource type is not supported');
  await expect(wrong).rejects.toThrow('data/Bucket (AWS::S3::Bucket): Colour: this property is not supported');
  expect(existsSync(join(data, 'cloud.json'))).toBe(false);

  const apiOutput = { stack: 'front', output: 'Nothing' };
  const unknown = started(data, { domains: [{ ...smallDomain, apiOutput }] });
  await expect(unknown).rejects.toThrow('the assembly has no output front.Nothing for a domain; it has data.Bucket,');

  await expect(started(data, { region: 'us-west-2' })).rejects.toThrow(
    'synthesized for eu-central-1, so it cannot run in us-west-2',
  );

  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as AddressInfo;
  await expect(started(data, { domains: [{ ...smallDomain, port }] })).rejects.toThrow(
    `port ${port} of 127.0.0.1 is in use`,
  );

  expect(await visit(await started(data), 'ada')).toEqual({ name: 'ada', visits: 1 });
});
