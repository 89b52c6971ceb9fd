import { expect, test, vi } from 'vitest';
import { account, Deployed } from './deployed.ts';

const perTenant = { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } };
/** Answers with its process, its tenant, and who was here before. */
const witness = `
let seen = [];
exports.handler = async (event, context) => {
  seen.push(context.tenantId);
  return { pid: process.pid, tenantId: context.tenantId, seen };
};`;

interface Answer {
  readonly pid: number;
  readonly tenantId?: string;
  readonly seen: readonly (string | null)[];
}

async function deployed(properties: object = perTenant, options: Parameters<typeof Deployed.start>[0] = {}) {
  const cloud = await Deployed.start(options);
  const arn = await cloud.function(witness, { ...properties });
  const ask = async (tenantId?: string): Promise<Answer> => {
    const { payload } = await cloud.lambda.invoke(arn, Buffer.from('{}'), tenantId);
    return JSON.parse(payload.toString()) as Answer;
  };
  return { cloud, arn, ask };
}

test('no process serves two tenants, one after the other or at once, and each is told its tenant', async () => {
  const { ask } = await deployed();
  const answers = [await ask('blue'), await ask('green'), await ask('blue')];
  answers.push(...(await Promise.all(['blue', 'green', 'blue', 'green'].map((tenant) => ask(tenant)))));
  for (const { tenantId, seen } of answers) expect(new Set(seen)).toEqual(new Set([tenantId]));
  const pids = (tenant: string) => answers.filter(({ tenantId }) => tenantId === tenant).map(({ pid }) => pid);
  expect(pids('blue').filter((pid) => pids('green').includes(pid))).toEqual([]);
});

test("a tenant's process is used again", async () => {
  const { ask } = await deployed();
  await vi.waitFor(async () => expect((await ask('blue')).seen.length).toBeGreaterThan(1));
});

test('a function without the mode has no tenant', async () => {
  const { ask } = await deployed({});
  expect(await ask()).not.toHaveProperty('tenantId');
});

test.each([
  { case: 'without a tenant', properties: perTenant, tenantId: undefined },
  { case: 'that names one where there are none', properties: {}, tenantId: 'blue' },
  { case: 'with what is no tenant id', properties: perTenant, tenantId: 'blue\u00fc' },
  { case: 'with an empty tenant id', properties: perTenant, tenantId: '' },
])('an invocation $case is refused', async ({ properties, tenantId }) => {
  const { ask } = await deployed(properties);
  await expect(ask(tenantId)).rejects.toMatchObject({ code: 'InvalidParameterValueException', status: 400 });
});

test('there are two and a half times as many processes as the concurrency, and no more tenants', async () => {
  const { ask } = await deployed({ ...perTenant, ReservedConcurrentExecutions: 1 });
  for (const tenant of ['red', 'green', 'blue']) await ask(tenant);
  await expect(ask('grey')).rejects.toMatchObject({ code: 'TooManyRequestsException' });
  expect((await ask('red')).tenantId).toBe('red');
});

test('an event that nobody waits for, and a queue, cannot name a tenant and are refused', async () => {
  const { cloud, arn } = await deployed();
  const principal = {
    arn: `arn:aws:sts::${account}:assumed-role/r/s`,
    account,
    policies: [
      { Version: '2012-10-17', Statement: { Effect: 'Allow' as const, Action: 'lambda:*', Resource: '*' } } as const,
    ],
  };
  expect(() => cloud.lambda.enqueue(principal, arn, Buffer.from('{}'))).toThrow(/isolation mode/);
  await expect(
    cloud.create('AWS::Lambda::EventSourceMapping', 'mapping', {
      EventSourceArn: `arn:aws:sqs:eu-central-1:${account}:jobs`,
      FunctionName: 'echo',
    }),
  ).rejects.toThrow(/isolation mode/);
});
