import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../lambda/is-alive.ts';
import { account, Deployed, image, region } from './deployed.ts';
import { archive } from './tar.ts';

test('an endpoint is there at once and comes into service in the background', async () => {
  const cloud = await Deployed.start();
  await cloud.put('echo.tar.gz', archive({ name: 'echo' }));
  await cloud.model('echo', { ModelDataUrl: 's3://models/echo.tar.gz' });
  await cloud.endpoint('Echo', 'echo');
  expect((await cloud.describe('echo')).EndpointStatus).toBe('Creating');
  await expect(cloud.invoke('echo')).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  await cloud.settled();
  const { CreationTime, LastModifiedTime, ...described } = await cloud.describe('echo');
  expect(CreationTime).toBeInstanceOf(Date);
  expect(Number(LastModifiedTime)).toBeGreaterThanOrEqual(Number(CreationTime));
  expect(described).toMatchObject({
    EndpointName: 'Echo',
    EndpointArn: `arn:aws:sagemaker:${region}:${account}:endpoint/echo`,
    EndpointConfigName: 'Echo-config',
    EndpointStatus: 'InService',
    ProductionVariants: [
      { VariantName: 'main', CurrentWeight: 1, CurrentInstanceCount: 1, DeployedImages: [{ SpecifiedImage: image }] },
    ],
  });
  expect(cloud.progress).toEqual(['endpoint Echo is in service']);
});

test('a role that may not read the archive makes the endpoint fail, with the reason', async () => {
  const cloud = await Deployed.start();
  await cloud.put('echo.tar.gz', archive({ name: 'echo' }));
  cloud.role('poor', []);
  await cloud.model('echo', { ModelDataUrl: 's3://models/echo.tar.gz' }, 'poor');
  await cloud.endpoint('echo', 'echo');
  await cloud.settled();
  const { EndpointStatus, FailureReason = '' } = await cloud.describe('echo');
  expect(EndpointStatus).toBe('Failed');
  expect(FailureReason).toContain(
    'Failed to download model data for container "container_1" from URL: "s3://models/echo.tar.gz"',
  );
  expect(FailureReason).toContain('AccessDenied');
  expect(FailureReason).toContain(`assumed-role/poor/SageMaker is not authorized to perform: s3:GetObject`);
  expect(cloud.progress).toEqual([`endpoint echo failed: ${FailureReason}`]);
  await expect(cloud.invoke('echo')).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});

test.each([
  ['missing', undefined, 'NoSuchKey'],
  ['no archive', Buffer.from('<html>'), 'valid tar.gz archive: it is not a gzip file'],
  ['cut off', archive({ name: 'x'.repeat(3000) }).subarray(0, 40), 'valid tar.gz archive: it is cut off'],
])('a model whose archive is %s makes the endpoint fail, with the reason', async (_, content, reason) => {
  const cloud = await Deployed.start();
  if (content !== undefined) await cloud.put('echo.tar.gz', content);
  await cloud.model('echo', { ModelDataUrl: 's3://models/echo.tar.gz' });
  await cloud.endpoint('echo', 'echo');
  await cloud.settled();
  const { EndpointStatus, FailureReason } = await cloud.describe('echo');
  expect(EndpointStatus).toBe('Failed');
  expect(FailureReason).toContain(reason);
});

test('a container that ends when it starts makes the endpoint fail, with the last it said', async () => {
  const cloud = await Deployed.start();
  await cloud.serve('echo', { broken: 'input "a" has no data type' });
  const { EndpointStatus, FailureReason } = await cloud.describe('echo');
  expect(EndpointStatus).toBe('Failed');
  expect(FailureReason).toBe(
    'The primary container for production variant main did not pass the ping health check. Please check CloudWatch logs for this endpoint: it exited with code 1: loading the model | failed to load: input "a" has no data type',
  );
  await expect.poll(() => cloud.log('echo')).toContain('failed to load: input "a" has no data type');
});

test('an archive is unpacked once, also over restarts, and anew when the object changes', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sagemaker-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const models = (): string[] => readdirSync(join(data, 'sagemaker', 'models'));
  const first = await Deployed.start({ data });
  await first.serve('one', { name: 'same' });
  await first.model('two', { ModelDataUrl: 'https://s3.eu-central-1.amazonaws.com/models/one.tar.gz' });
  await first.endpoint('two', 'two');
  await first.settled();
  expect((await first.container('two')).model).toBe('same');
  const [folder = ''] = models();
  expect(models()).toHaveLength(1);
  const file = join(data, 'sagemaker', 'models', folder, 'model', 'name');
  expect(statSync(file).mode & 0o777).toBe(0o400);
  const { ino } = statSync(file);

  const second = await Deployed.start({ data });
  await second.model('again', {
    ModelDataSource: {
      S3DataSource: { S3Uri: 's3://models/one.tar.gz', S3DataType: 'S3Object', CompressionType: 'Gzip' },
    },
  });
  await second.endpoint('again', 'again');
  await second.settled();
  expect((await second.container('again')).model).toBe('same');
  expect(statSync(file).ino).toBe(ino);
  await second.serve('other', { name: 'other' });
  expect((await second.container('other')).model).toBe('other');
  expect(models()).toHaveLength(2);
});

test('nothing of a container is left when the cloud stops', async () => {
  let stop = async (): Promise<void> => undefined;
  const cloud = await Deployed.start({}, (act) => {
    stop = act;
  });
  await cloud.serve('echo');
  const { env, pid } = await cloud.container('echo');
  expect(existsSync(env['HOME'] ?? '')).toBe(true);
  await stop();
  expect(existsSync(env['HOME'] ?? '')).toBe(false);
  expect(isAlive(pid)).toBe(false);
});

test('requests are spread over variants by weight, unless they name one', async () => {
  let chance = 0;
  const cloud = await Deployed.start({ random: () => chance });
  await cloud.put('a.tar.gz', archive({ name: 'a' }));
  await cloud.put('b.tar.gz', archive({ name: 'b' }));
  await cloud.model('a', { ModelDataUrl: 's3://models/a.tar.gz' });
  await cloud.model('b', { ModelDataUrl: 's3://models/b.tar.gz' });
  await cloud.endpoint('both', 'a', {
    ProductionVariants: [
      { VariantName: 'a', ModelName: 'a', InitialVariantWeight: 3 },
      { VariantName: 'b', ModelName: 'b', InitialVariantWeight: 1 },
    ],
  });
  await cloud.settled();
  expect((await cloud.container('both')).model).toBe('a');
  chance = 0.74;
  expect((await cloud.container('both')).model).toBe('a');
  chance = 0.76;
  expect((await cloud.container('both')).model).toBe('b');
  expect((await cloud.container('both', { TargetVariant: 'a' })).model).toBe('a');
});

test('inference components share an endpoint, and each answers for itself', async () => {
  const cloud = await Deployed.start();
  for (const name of ['a', 'b']) {
    await cloud.put(`${name}.tar.gz`, archive({ name }));
    await cloud.model(name, { ModelDataUrl: `s3://models/${name}.tar.gz` });
  }
  await cloud.endpoint('shared', '', {
    ProductionVariants: [{ VariantName: 'main' }],
    ExecutionRoleArn: `arn:aws:iam::${account}:role/execution`,
  });
  const component = (name: string, ModelName: string, CopyCount: number) =>
    cloud.create('AWS::SageMaker::InferenceComponent', {
      InferenceComponentName: name,
      EndpointName: 'shared',
      VariantName: 'main',
      Specification: { ModelName },
      RuntimeConfig: { CopyCount },
    });
  expect(await component('first', 'a', 1)).toBe(`arn:aws:sagemaker:${region}:${account}:inference-component/first`);
  await component('second', 'b', 2);
  await component('asleep', 'b', 0);
  await cloud.settled();
  expect((await cloud.container('shared', { InferenceComponentName: 'first' })).model).toBe('a');
  expect((await cloud.container('shared', { InferenceComponentName: 'second' })).model).toBe('b');
  await expect(cloud.invoke('shared', { InferenceComponentName: 'asleep' })).rejects.toThrow('has no capacity');
  await expect(cloud.invoke('shared')).rejects.toThrow('Inference Component Name header is required');
  expect(cloud.progress).toContain('inference component second of endpoint shared is in service');
});

test('operations that are not there say so by name, and unknown endpoints are not found', async () => {
  const cloud = await Deployed.start();
  const client = new SageMakerClient(cloud.settings);
  await expect(client.send(new CreateModelCommand({ ModelName: 'm' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'SageMaker.CreateModel is not part of the local cloud.',
  });
  await expect(cloud.describe('nowhere')).rejects.toMatchObject({
    name: 'ValidationException',
    message: `Could not find endpoint "arn:aws:sagemaker:${region}:${account}:endpoint/nowhere".`,
  });
});
