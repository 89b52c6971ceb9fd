import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { PolicyDocument } from '../../../local/iam/principal.ts';
import { account, Deployed, region } from './deployed.ts';

/** A Lambda behind its endpoint, and a client with the operator's key or with that of a role with one policy. */
async function served(options: Parameters<typeof Deployed.start>[0] = {}) {
  const cloud = await Deployed.start(options);
  const credentials = await CredentialStore.open(cloud.data, account);
  const nobody = () => Promise.reject(new Error('not part of this test'));
  const services = [cloud.lambda.service];
  const endpoint = await startEndpoint({
    region,
    credentials,
    services,
    s3: nobody,
    executeApi: nobody,
    log: () => undefined,
  });
  onTestFinished(() => endpoint.stop());
  const client = (policies?: readonly PolicyDocument[]): LambdaClient => {
    const arn = `arn:aws:sts::${account}:assumed-role/caller/session`;
    const key = policies === undefined ? credentials.operator : credentials.issue({ arn, account, policies });
    const made = new LambdaClient({ region, endpoint: endpoint.url, credentials: { ...key }, maxAttempts: 1 });
    onTestFinished(() => made.destroy());
    return made;
  };
  return { cloud, client, operator: client() };
}

const invoke = (client: LambdaClient, input: Partial<InvokeCommandInput> = {}) =>
  client.send(new InvokeCommand({ FunctionName: 'echo', ...input }));

test.each([
  ['its name', 'echo'],
  ['its name and version', 'echo:$LATEST'],
  ['its ARN', `arn:aws:lambda:${region}:${account}:function:echo`],
  ['its partial ARN', `${account}:function:echo`],
])('a function is invoked by %s', async (_, FunctionName) => {
  const { cloud, operator } = await served();
  await cloud.function('exports.handler = async (event) => ({ event })');
  const answer = await invoke(operator, { FunctionName, Payload: '{"n":1}' });
  expect(answer.StatusCode).toBe(200);
  expect(answer.ExecutedVersion).toBe('$LATEST');
  expect(answer.FunctionError).toBeUndefined();
  expect(answer.Payload?.transformToString()).toBe('{"event":{"n":1}}');
});

test('an invocation without a payload is one with an empty event', async () => {
  const { cloud, operator } = await served();
  await cloud.function('exports.handler = async (event) => event');
  expect((await invoke(operator)).Payload?.transformToString()).toBe('{}');
});

test("a handler's error is an answer, marked as such", async () => {
  const { cloud, operator } = await served();
  await cloud.function('exports.handler = async () => { throw new RangeError("out") }');
  const answer = await invoke(operator);
  expect(answer.StatusCode).toBe(200);
  expect(answer.FunctionError).toBe('Unhandled');
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({ errorType: 'RangeError' });
});

test('a dry run asks for permission and runs nothing', async () => {
  const { cloud, operator } = await served();
  await cloud.function('throw new Error("never loaded")');
  expect((await invoke(operator, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
});

test('an event is accepted at once, runs later, and is tried twice again when it fails', async () => {
  const { cloud, operator } = await served({ eventRetryDelaysMs: [1, 1] });
  const code = `exports.handler = async (event, { awsRequestId }) => {
    require('node:fs').appendFileSync(event.file, awsRequestId + '\\n');
    throw new Error('again');
  }`;
  await cloud.function(code);
  const file = `${cloud.data}/attempts`;
  const answer = await invoke(operator, { InvocationType: 'Event', Payload: JSON.stringify({ file }) });
  expect(answer.StatusCode).toBe(202);
  const attempts = () => cloud.read('attempts').trim().split('\n');
  await vi.waitFor(() => expect(attempts()).toHaveLength(3), { timeout: 10_000 });
  expect(new Set(attempts()).size).toBe(1);
});

test('an event that finds no concurrency left waits for it', async () => {
  const { cloud, operator } = await served();
  const code = `exports.handler = async ({ wait, file }) => {
    const fs = require('node:fs');
    while (wait && !fs.existsSync(wait)) await new Promise((resolve) => setTimeout(resolve, 5));
    if (file) fs.writeFileSync(file, '');
  }`;
  const arn = await cloud.function(code, { ReservedConcurrentExecutions: 1, Timeout: 20 });
  const busy = cloud.invoke(arn, { wait: `${cloud.data}/go` });
  await invoke(operator, { InvocationType: 'Event', Payload: JSON.stringify({ file: `${cloud.data}/done` }) });
  cloud.write('go', '');
  await busy;
  await vi.waitFor(() => expect(cloud.read('done')).toBe(''), { timeout: 10_000 });
});

test('what Lambda refuses, it refuses by name', async () => {
  const { cloud, operator } = await served();
  await cloud.function('exports.handler = async () => 1', { ReservedConcurrentExecutions: 0 });
  const refused = (input: Partial<InvokeCommandInput>) => invoke(operator, input).catch((error: unknown) => error);
  expect(await refused({ FunctionName: 'nobody' })).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await refused({ Qualifier: '7' })).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await refused({ Payload: 'no json' })).toMatchObject({ name: 'InvalidRequestContentException' });
  expect(await refused({ Payload: `"${'x'.repeat(6_291_455)}"` })).toMatchObject({ name: 'RequestTooLargeException' });
  const tooLargeEvent: Partial<InvokeCommandInput> = { InvocationType: 'Event', Payload: `"${'x'.repeat(1_048_576)}"` };
  expect(await refused(tooLargeEvent)).toMatchObject({ name: 'RequestTooLargeException' });
  const throttled = await refused({});
  expect(throttled).toBeInstanceOf(TooManyRequestsException);
  expect(throttled).toMatchObject({ Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
  const other = await operator.send(new GetFunctionCommand({ FunctionName: 'echo' })).catch((error: unknown) => error);
  expect(other).toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('GET /2015-03-31/functions/echo'),
  });
});

test('an invocation needs permission, by the policy of the caller or of the function', async () => {
  const { cloud, client } = await served();
  const Resource = await cloud.function('exports.handler = async () => 1');
  const without = invoke(client([]));
  await expect(without).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      /is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:.*:echo/,
    ),
  });
  const allowing = { Statement: { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource } } as const;
  expect((await invoke(client([allowing]))).StatusCode).toBe(200);
  await cloud.create('AWS::Lambda::Permission', 'Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: 'echo',
    Principal: `arn:aws:sts::${account}:assumed-role/caller/session`,
  });
  expect((await invoke(client([]))).StatusCode).toBe(200);
});

test('a service may invoke a function only from the source that its permission names', async () => {
  const cloud = await Deployed.start();
  const functionArn = await cloud.function('exports.handler = async () => 1');
  const source = `arn:aws:execute-api:${region}:${account}:abc123`;
  const principal = 'apigateway.amazonaws.com';
  const permits = (sourceArn: string, more: object = {}) =>
    cloud.lambda.permits({ functionArn, principal, sourceArn, sourceAccount: account, ...more });
  expect(permits(`${source}/live/GET/v2`)).toBe(false);
  await cloud.create('AWS::Lambda::Permission', 'Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: functionArn,
    Principal: principal,
    SourceArn: `${source}/*/GET/v2`,
  });
  expect(permits(`${source}/live/GET/v2`)).toBe(true);
  expect(permits(`${source}/live/POST/v2`)).toBe(false);
  expect(permits(`${source}/live/GET/v2`, { principal: 's3.amazonaws.com' })).toBe(false);
  expect(permits(`${source}/live/GET/v2`, { functionArn: `${functionArn}-other` })).toBe(false);
});

test('a function with what the local Lambda cannot honour is refused by the name of the property', async () => {
  const cloud = await Deployed.start();
  const refused = async (properties: object) =>
    cloud.function('', { ...properties }).catch((error: unknown) => String(error));
  expect(await refused({ Runtime: 'python3.13' })).toContain('Runtime');
  expect(await refused({ VpcConfig: { SubnetIds: [] } })).toContain('VpcConfig');
  expect(await refused({ DeadLetterConfig: {} })).toContain('DeadLetterConfig');
  expect(await refused({ Timeout: 901 })).toContain('Timeout');
  expect(await refused({ Layers: ['arn:aws:lambda:eu-central-1:1:layer:x:1'] })).toContain('layer:x:1');
});

test('Invoke names the tenant of a function in tenant isolation mode, and must', async () => {
  const { cloud, operator } = await served();
  await cloud.function('exports.handler = async (event, { tenantId }) => tenantId', {
    TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
  });
  expect((await invoke(operator, { TenantId: 'blue' })).Payload?.transformToString()).toBe('"blue"');
  await expect(invoke(operator)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await expect(invoke(operator, { InvocationType: 'Event' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});
