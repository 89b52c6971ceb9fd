import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud.ts';
import { programs } from '../sagemaker/deployed.ts';
import { writeEndpointsAssembly } from './endpoints-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'endpoints-'));
const assembly = join(folder, 'assembly');
beforeAll(() => writeEndpointsAssembly(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function started(data: string, options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await startCloud({ assembly, data, log: () => undefined, imagePrograms: programs, ...options });
  onTestFinished(() => cloud.stop());
  return cloud;
}

const settingsOf = ({ endpoint, region, operator }: Cloud) => ({
  endpoint,
  region,
  credentials: { ...operator },
  maxAttempts: 1,
});

const statusOf = async (cloud: Cloud, EndpointName: string) => {
  const { EndpointStatus, FailureReason } = await new SageMakerClient(settingsOf(cloud)).send(
    new DescribeEndpointCommand({ EndpointName }),
  );
  return { EndpointStatus, FailureReason };
};

/** Content files of S3, with what tells whether one was written anew. */
const contents = (data: string): string[] =>
  readdirSync(join(data, 's3', 'content'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name} ${statSync(join(parentPath, name)).ino}`);

test('an endpoint serves the archive that the template uploads, and one that may not read it fails without ending anything', async () => {
  const data = mkdtempSync(join(folder, 'data-'));
  const progress: string[] = [];
  const cloud = await started(data, { onProgress: (line) => progress.push(line) });
  const answer = await new SageMakerRuntimeClient(settingsOf(cloud)).send(
    new InvokeEndpointCommand({ EndpointName: 'served', Body: 'x', ContentType: 'test/describe' }),
  );
  expect(JSON.parse(answer.Body?.transformToString() ?? '')).toMatchObject({
    model: 'from the asset',
    env: { SAGEMAKER_REGION: 'eu-central-1' },
  });
  expect(await statusOf(cloud, 'served')).toMatchObject({ EndpointStatus: 'InService' });
  const denied = await statusOf(cloud, 'denied');
  expect(denied.EndpointStatus).toBe('Failed');
  expect(denied.FailureReason).toContain('AccessDenied');
  expect(progress).toContain('endpoint served is in service');
  expect(progress).toContain(`endpoint denied failed: ${denied.FailureReason}`);
});

test('what scales, watches and tells has no effect, but can be referred to', async () => {
  const { outputs } = await started(mkdtempSync(join(folder, 'data-')), { endpointsMsMax: 0 });
  const place = 'eu-central-1:123456789012';
  expect(outputs['gpu']).toMatchObject({
    OutEndpoint: `arn:aws:sagemaker:${place}:endpoint/served`,
    OutName: 'served',
    OutPolicy: expect.stringMatching(
      new RegExp(
        `^arn:aws:autoscaling:${place}:scalingPolicy:[0-9a-f-]{36}:resource/sagemaker/endpoint/served/variant/live:policyName/wake-up$`,
      ),
    ) as string,
    OutTarget: 'endpoint/served/variant/live|sagemaker:variant:DesiredInstanceCount|sagemaker',
    OutAlarm: expect.stringMatching(new RegExp(`^arn:aws:cloudwatch:${place}:alarm:gpu-alarm`)) as string,
    OutTopic: expect.stringMatching(new RegExp(`^arn:aws:sns:${place}:gpu-topic`)) as string,
  });
  expect(outputs['gpu']?.['OutPolicyArn']).toBe(outputs['gpu']?.['OutPolicy']);
});

test('a file asset is copied once, whatever the number of starts', async () => {
  const data = mkdtempSync(join(folder, 'data-'));
  await (await started(data)).stop();
  const before = contents(data);
  expect(before).toHaveLength(1);
  await started(data);
  expect(contents(data)).toEqual(before);
});

test('a start need not wait for its endpoints', async () => {
  const cloud = await started(mkdtempSync(join(folder, 'data-')), { endpointsMsMax: 0 });
  expect(await statusOf(cloud, 'served')).toMatchObject({ EndpointStatus: 'Creating' });
  await expect
    .poll(async () => (await statusOf(cloud, 'served')).EndpointStatus, { timeout: 10_000 })
    .toBe('InService');
});
