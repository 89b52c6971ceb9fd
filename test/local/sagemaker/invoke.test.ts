import { InvokeEndpointCommand, ModelError, ServiceUnavailable } from '@aws-sdk/client-sagemaker-runtime';
import { beforeAll, expect, test } from 'vitest';
import { account, Deployed, region } from './deployed.ts';

let echo: Deployed;
beforeAll(async () => {
  let stop = async (): Promise<void> => undefined;
  echo = await Deployed.start({}, (act) => {
    stop = act;
  });
  await echo.serve('echo');
  return () => stop();
});

test('body and content type reach the container and come back byte for byte', async () => {
  const body = Buffer.from(Array.from({ length: 602_112 }, (_, at) => at % 256));
  const type = 'application/vnd.sagemaker-triton.binary+json;json-header-size=123';
  const answer = await echo.runtime.send(
    new InvokeEndpointCommand({ EndpointName: 'echo', Body: body, ContentType: type }),
  );
  expect(Buffer.from(answer.Body ?? []).equals(body)).toBe(true);
  expect(answer).toMatchObject({
    ContentType: type,
    InvokedProductionVariant: 'main',
    CustomAttributes: 'from the container',
  });
});

test('the container gets SageMaker’s headers, and its environment holds nothing of the cloud’s', async () => {
  process.env['A_SECRET_OF_THE_PARENT'] = 'x';
  const cloud = await Deployed.start();
  await cloud.serve('echo', { name: 'echo' }, { Environment: { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'digits' } });
  const { env, headers, model } = await cloud.container('ECHO', {
    Accept: 'application/json',
    CustomAttributes: 'trace=1',
    InferenceId: 'id-1',
    SessionId: 's-1',
  });
  expect(model).toBe('echo');
  expect(headers).toMatchObject({
    accept: 'application/json',
    'x-amzn-sagemaker-custom-attributes': 'trace=1',
    'x-amzn-sagemaker-inference-id': 'id-1',
    'x-amzn-sagemaker-session-id': 's-1',
  });
  expect(headers).not.toHaveProperty('authorization');
  expect(env).toMatchObject({ SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'digits', SAGEMAKER_BIND_TO_PORT: '0' });
  const known =
    /^(PATH|LANG|TZ|HOME|TMPDIR|LD_LIBRARY_PATH|NODE_COMPILE_CACHE|MODEL_DIRECTORY|SAGEMAKER_\w+|PWD|SHLVL|_)$/;
  expect(Object.keys(env).filter((name) => !known.test(name))).toEqual([]);
  await expect.poll(() => cloud.log('echo')).toContain('a line of its log\n');
});

test.each([
  [400, 'client', 'CLIENT_ERROR_FROM_MODEL'],
  [503, 'server', 'INTERNAL_FAILURE_FROM_MODEL'],
])('the container’s own %i is a ModelError that says so', async (status, kind) => {
  const error = await echo.invoke('echo', { ContentType: `test/status-${status}` }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ModelError);
  const group = '/aws/sagemaker/Endpoints/echo';
  expect(error).toMatchObject({
    name: 'ModelError',
    $metadata: { httpStatusCode: 424 },
    OriginalStatusCode: status,
    OriginalMessage: `{"error":"the model says ${status}"}`,
    LogStreamArn: `arn:aws:logs:${region}:${account}:log-group:${group}`,
    message: `Received ${kind} error (${status}) from primary with message "{"error":"the model says ${status}"}". See https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${group} in account ${account} for more information.`,
  });
});

test('a container that gives no answer in time is a ModelError with status 0', async () => {
  const cloud = await Deployed.start({ timings: { invokeMs: 200 } });
  await cloud.serve('echo');
  await expect(cloud.invoke('echo', { ContentType: 'test/hang' })).rejects.toMatchObject({
    name: 'ModelError',
    OriginalStatusCode: 0,
    OriginalMessage: expect.stringContaining('timed out') as string,
  });
  expect((await cloud.invoke('echo')).text).toBe('x');
});

test('25 MB are taken, more are refused', async () => {
  const limit = 25 * 1024 * 1024;
  const answer = await echo.runtime.send(
    new InvokeEndpointCommand({ EndpointName: 'echo', Body: Buffer.alloc(limit), ContentType: 'a/b' }),
  );
  expect(answer.Body?.length).toBe(limit);
  await expect(echo.invoke('echo', { Body: Buffer.alloc(limit + 1) })).rejects.toMatchObject({
    $metadata: { httpStatusCode: 413 },
  });
});

test('an answer without end is a ModelError, and costs the container nothing but that connection', async () => {
  await expect(echo.invoke('echo', { ContentType: 'test/endless' })).rejects.toMatchObject({
    name: 'ModelError',
    OriginalStatusCode: 500,
  });
  expect((await echo.invoke('echo')).text).toBe('x');
});

test('what is wrong with a request is a ValidationError that names it', async () => {
  const refusal = async (name: string, input: object): Promise<unknown> =>
    echo.invoke(name, input).catch((caught: unknown) => caught);
  expect(await refusal('nowhere', {})).toMatchObject({
    name: 'ValidationError',
    message: `Endpoint nowhere of account ${account} not found.`,
    $metadata: { httpStatusCode: 400 },
  });
  for (const [input, text] of [
    [{ TargetModel: 'a.tar.gz' }, 'not a multi-model endpoint'],
    [{ TargetVariant: 'other' }, 'Variant other of endpoint echo not found'],
    [{ InferenceComponentName: 'other' }, 'Inference Component other'],
    [{ TargetContainerHostname: 'other' }, 'x-amzn-sagemaker-target-container-hostname'],
    [{ CustomAttributes: 'x'.repeat(1025) }, 'up to 1024'],
  ] as const) {
    expect(await refusal('echo', input)).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(text) as string,
    });
  }
});

test('only who may invoke an endpoint may, and perhaps only some of its models', async () => {
  const allow = (Action: string, name: string) => ({
    Effect: 'Allow' as const,
    Action,
    Resource: `arn:aws:sagemaker:${region}:${account}:endpoint/${name}`,
  });
  echo.role('caller', [allow('sagemaker:InvokeEndpoint', 'echo')], 'lambda.amazonaws.com');
  echo.role('stranger', [allow('sagemaker:InvokeEndpoint', 'other')], 'lambda.amazonaws.com');
  const command = new InvokeEndpointCommand({ EndpointName: 'Echo', Body: 'x' });
  expect((await echo.runtimeOf('caller').send(command)).Body?.transformToString()).toBe('x');
  await expect(echo.runtimeOf('stranger').send(command)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
    message: expect.stringContaining(
      `sagemaker:InvokeEndpoint on resource: arn:aws:sagemaker:${region}:${account}:endpoint/echo`,
    ) as string,
  });
});

test('a container that is killed fails the requests that it had, and serves again', async () => {
  const cloud = await Deployed.start({ timings: { restartMsMin: 300 } });
  await cloud.serve('echo');
  const { pid } = await cloud.container('echo');
  const hanging = Array.from({ length: 20 }, () => cloud.invoke('echo', { ContentType: 'test/hang' }));
  const outcomes = Promise.allSettled(hanging);
  await cloud.invoke('echo');
  process.kill(pid, 'SIGKILL');
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'ModelError', OriginalStatusCode: 500 } });
  }
  const meanwhile = await cloud.invoke('echo').catch((caught: unknown) => caught);
  expect(meanwhile).toBeInstanceOf(ServiceUnavailable);
  expect((await cloud.describe('echo')).ProductionVariants?.[0]).toMatchObject({
    CurrentInstanceCount: 0,
    DesiredInstanceCount: 1,
  });
  await expect
    .poll(
      async () =>
        cloud.invoke('echo').then(
          () => 'served',
          () => 'refused',
        ),
      { timeout: 10_000 },
    )
    .toBe('served');
  expect((await cloud.container('echo')).pid).not.toBe(pid);
  expect((await cloud.describe('echo')).EndpointStatus).toBe('InService');
  expect(cloud.failures.join()).toContain(
    'endpoint echo, production variant main: it was ended by SIGKILL; it is started again',
  );
});

test('a container that no longer answers its health checks is started again', async () => {
  const cloud = await Deployed.start({ timings: { pingMs: 20, pingTimeoutMs: 50 } });
  await cloud.serve('echo');
  const { pid } = await cloud.container('echo');
  await cloud.invoke('echo', { ContentType: 'test/stop-answering' });
  await expect
    .poll(
      async () =>
        cloud.container('echo').then(
          (view) => view.pid,
          () => pid,
        ),
      { timeout: 10_000 },
    )
    .not.toBe(pid);
});
