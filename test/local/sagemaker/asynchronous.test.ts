import {
  InvokeEndpointAsyncCommand,
  type InvokeEndpointAsyncCommandInput,
  InvokeEndpointCommand,
} from '@aws-sdk/client-sagemaker-runtime';
import { expect, test } from 'vitest';
import { account, Deployed, region } from './deployed.ts';

const queue = {
  AsyncInferenceConfig: {
    ClientConfig: { MaxConcurrentInvocationsPerInstance: 2 },
    OutputConfig: { S3OutputPath: 's3://models/out', S3FailurePath: 's3://models/failed' },
  },
};

const keyOf = (url = ''): string => url.replace('s3://models/', '');

const invoke = (cloud: Deployed, input: Partial<InvokeEndpointAsyncCommandInput> = {}) =>
  cloud.runtime.send(
    new InvokeEndpointAsyncCommand({ EndpointName: 'slow', InputLocation: 's3://models/in', ...input }),
  );

const contentOf = (cloud: Deployed, url: string | undefined) => cloud.read(keyOf(url)).catch(() => undefined);

test('a request is read from S3, answered at once with where its answer will be, and answered there', async () => {
  const cloud = await Deployed.start();
  await cloud.put('in', 'a large request');
  await cloud.serve('slow', { name: 'slow' }, {}, queue);
  const accepted = await invoke(cloud, { InferenceId: 'mine' });
  expect(accepted).toMatchObject({
    InferenceId: 'mine',
    OutputLocation: expect.stringMatching(/^s3:\/\/models\/out\/[0-9a-f-]{36}\.out$/) as string,
    FailureLocation: expect.stringMatching(/^s3:\/\/models\/failed\/[0-9a-f-]{36}-error\.out$/) as string,
    $metadata: { httpStatusCode: 202 },
  });
  await expect.poll(() => contentOf(cloud, accepted.OutputLocation)).toBe('a large request');
  const named = await invoke(cloud, {
    InputLocation: undefined,
    Body: 'small',
    S3OutputPathExtension: 'daily',
    Filename: 'one.json',
  });
  expect(named.OutputLocation).toBe('s3://models/out/daily/one.json');
  await expect.poll(() => contentOf(cloud, named.OutputLocation)).toBe('small');
});

test('what goes wrong is written to the failure path', async () => {
  const cloud = await Deployed.start();
  await cloud.put('in', 'x');
  await cloud.serve('slow', { name: 'slow' }, {}, queue);
  const refused = await invoke(cloud, { ContentType: 'test/status-422' });
  await expect
    .poll(() => contentOf(cloud, refused.FailureLocation))
    .toMatch(/^Received client error \(422\) from primary with message/);
  const missing = await invoke(cloud, { InputLocation: 's3://models/nothing' });
  await expect.poll(() => contentOf(cloud, missing.FailureLocation)).toMatch(/key does not exist/);
  const late = await invoke(cloud, { ContentType: 'test/hang', InvocationTimeoutSeconds: 1 });
  await expect.poll(() => contentOf(cloud, late.FailureLocation), { timeout: 5_000 }).toMatch(/timed out/);
  expect(await cloud.keys('out/')).toEqual([]);
});

test('no more requests run at once than the template says', async () => {
  const cloud = await Deployed.start();
  await cloud.put('in', 'x');
  await cloud.serve('slow', { name: 'slow' }, {}, queue);
  for (let at = 0; at < 2; at++) await invoke(cloud, { ContentType: 'test/hang', InvocationTimeoutSeconds: 1 });
  const third = await invoke(cloud);
  expect(await contentOf(cloud, third.OutputLocation)).toBeUndefined();
  await expect.poll(() => contentOf(cloud, third.OutputLocation), { timeout: 5_000 }).toBe('x');
});

test('requests wait while the container is down, but not beyond their time', async () => {
  let aheadMs = 0;
  const cloud = await Deployed.start({ timings: { restartMsMin: 400 }, now: () => Date.now() + aheadMs });
  await cloud.put('in', 'x');
  await cloud.serve('slow', { name: 'slow' }, {}, queue);
  const killed = await invoke(cloud, { ContentType: 'test/exit' });
  await expect.poll(() => contentOf(cloud, killed.FailureLocation)).toMatch(/^Received server error \(500\)/);
  const patient = await invoke(cloud);
  await expect.poll(() => contentOf(cloud, patient.OutputLocation), { timeout: 5_000 }).toBe('x');

  const again = await invoke(cloud, { ContentType: 'test/exit' });
  await expect.poll(() => contentOf(cloud, again.FailureLocation)).toBeDefined();
  const hasty = await invoke(cloud, { RequestTTLSeconds: 60 });
  aheadMs = 61_000;
  await expect.poll(() => contentOf(cloud, hasty.FailureLocation), { timeout: 5_000 }).toMatch(/expired/);
});

test('the two ways to invoke are each for their kind of endpoint, and each for its own permission', async () => {
  const cloud = await Deployed.start();
  await cloud.serve('slow', { name: 'slow' }, {}, queue);
  await cloud.serve('fast');
  const resource = `arn:aws:sagemaker:${region}:${account}:endpoint/slow`;
  cloud.role(
    'sync',
    [{ Effect: 'Allow', Action: 'sagemaker:InvokeEndpoint', Resource: resource }],
    'lambda.amazonaws.com',
  );
  const command = new InvokeEndpointAsyncCommand({ EndpointName: 'slow', Body: 'x' });
  await expect(cloud.runtimeOf('sync').send(command)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(cloud.invoke('slow')).rejects.toThrow('invoked with InvokeEndpointAsync');
  await expect(invoke(cloud, { EndpointName: 'fast' })).rejects.toThrow('is not asynchronous');
  await expect(invoke(cloud, { Body: 'and' })).rejects.toThrow('either an InputLocation or a Body');
  await expect(invoke(cloud, { InputLocation: 'file:///etc/passwd' })).rejects.toThrow('address in S3');
  await expect(invoke(cloud, { RequestTTLSeconds: 1 })).rejects.toMatchObject({ name: 'ValidationError' });
  expect(await cloud.runtime.send(new InvokeEndpointCommand({ EndpointName: 'fast', Body: 'x' }))).toBeDefined();
});
