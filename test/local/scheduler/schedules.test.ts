import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { expect, onTestFinished, test } from 'vitest';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { authorize } from '../../../local/iam/authorize.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { PolicyStatement } from '../../../local/iam/principal.ts';
import { Roles } from '../../../local/iam/roles.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openScheduler } from '../../../local/scheduler/open-scheduler.ts';
import { openSqs } from '../../../local/sqs/open-sqs.ts';

const region = 'eu-central-1';
const account = '123456789012';
const functionArn = `arn:aws:lambda:${region}:${account}:function:worker`;
const queueArn = `arn:aws:sqs:${region}:${account}:dead`;
const start = Date.parse('2026-11-22T09:30:00Z');
const minute = 60_000;
const operator = {
  arn: 'arn:aws:iam::123456789012:user/operator',
  account,
  policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
} as const;

/** A scheduler whose clock is `clock.ms`, with a role that may do what the statements say; what its function gets is in `inputs`. */
async function started(statements: readonly PolicyStatement[]) {
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  const clock = { ms: start };
  const inputs: string[] = [];
  const lines: string[] = [];
  const roles = new Roles(account);
  const roleArn = roles.put({
    name: 'caller',
    path: '/',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:SourceArn': `arn:aws:scheduler:${region}:${account}:schedule-group/default`,
          },
        },
      },
    },
    inlinePolicies: new Map([['calls', { Version: '2012-10-17', Statement: statements }]]),
    managedPolicyArns: [],
  });
  const sqs = openSqs({
    dataDir: folder,
    region,
    account,
    keys: new Keys(region, account),
    endpoint: () => 'http://x',
  });
  const queue = sqs.resourceTypes.find(({ type }) => type === 'AWS::SQS::Queue');
  const place = { stack: 's', logicalId: 'l', region, account };
  await queue?.create({ ...place, physicalId: 'dead', properties: queue.properties.parse({}) });
  const scheduler = openScheduler({
    region,
    account,
    now: () => clock.ms,
    targets: {
      assumeRole: (arn, sourceArn) =>
        roles.assume(arn, 'scheduler.amazonaws.com', 'Scheduler', {
          'aws:SourceAccount': account,
          'aws:SourceArn': sourceArn,
        }),
      invoke: (principal, arn, payload) => {
        authorize({ principal, action: 'lambda:InvokeFunction', resource: arn });
        inputs.push(payload.toString());
      },
      queueOf: (principal, arn) => sqs.queueOf(principal, arn),
      log: (line) => lines.push(line),
    },
  });
  onTestFinished(() => {
    scheduler.stop();
    sqs.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const create = async (properties: object, physicalId = 'job', typeName = 'AWS::Scheduler::Schedule') => {
    const type = scheduler.resourceTypes.find((each) => each.type === typeName);
    if (type === undefined) throw new Error(`no resource type ${typeName}`);
    return type.create({ ...place, physicalId, properties: type.properties.parse(properties) });
  };
  return {
    scheduler,
    clock,
    inputs,
    lines,
    roleArn,
    dead: sqs.queueOf(operator, queueArn),
    create,
    schedule: (ScheduleExpression: string, more: object = {}, target: object = {}) =>
      create({
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: functionArn, RoleArn: roleArn, Input: '"run"', ...target },
        ...more,
      }),
  };
}

const mayInvoke: PolicyStatement = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn };

/** Looks each minute, for as many minutes. Returns how often the function was invoked in each. */
async function minutes({ scheduler, clock, inputs }: Awaited<ReturnType<typeof started>>, count: number) {
  const runs: number[] = [];
  for (let passed = 0; passed < count; passed++) {
    const before = inputs.length;
    await scheduler.look();
    runs.push(inputs.length - before);
    clock.ms += minute;
  }
  return runs;
}

test('a rate runs at once, and then at its pace', async () => {
  const parts = await started([mayInvoke]);
  await parts.schedule('rate(3 minutes)');
  parts.scheduler.begin();
  expect(await minutes(parts, 8)).toEqual([1, 0, 0, 1, 0, 0, 1, 0]);
});

test('a rate with a start date runs first then, and none runs after its end date', async () => {
  const parts = await started([mayInvoke]);
  const StartDate = new Date(start + 2 * minute).toISOString();
  const EndDate = new Date(start + 5 * minute).toISOString();
  await parts.schedule('rate(2 minutes)', { StartDate, EndDate });
  parts.scheduler.begin();
  expect(await minutes(parts, 8)).toEqual([0, 0, 1, 0, 1, 0, 0, 0]);
});

test('a cron expression runs at its times in its time zone, and one of a single time once', async () => {
  const parts = await started([mayInvoke]);
  await parts.schedule('cron(32,34 10 * * ? *)', { ScheduleExpressionTimezone: 'Europe/Berlin', Name: 'cron' });
  await parts.schedule('at(2026-11-22T09:35:00)', { Name: 'once' });
  parts.scheduler.begin();
  expect(await minutes(parts, 8)).toEqual([0, 0, 1, 0, 1, 1, 0, 0]);
});

test('what was due while nobody looked runs once, and what was due before the begin does not', async () => {
  const parts = await started([mayInvoke]);
  await parts.schedule('cron(* * * * ? *)', { Name: 'cron' });
  await parts.schedule('at(2026-11-22T09:40:00)', { Name: 'once' });
  parts.clock.ms += 20 * minute;
  parts.scheduler.begin();
  expect(await minutes(parts, 1)).toEqual([1]);
  parts.clock.ms += 30 * minute;
  expect(await minutes(parts, 2)).toEqual([1, 1]);
});

test('a disabled schedule does not run', async () => {
  const parts = await started([mayInvoke]);
  await parts.schedule('rate(1 minute)', { State: 'DISABLED' });
  parts.scheduler.begin();
  expect(await minutes(parts, 3)).toEqual([0, 0, 0]);
});

test('by the clock of this machine, schedules run by themselves', async () => {
  const parts = await started([mayInvoke]);
  await parts.schedule('rate(1 minute)');
  parts.scheduler.begin();
  await expect.poll(() => parts.inputs).toEqual(['"run"']);
});

test('an input has its placeholders filled in, and without one there is a default event', async () => {
  const parts = await started([mayInvoke]);
  const Input = '{"at":"<aws.scheduler.scheduled-time>","of":"<aws.scheduler.schedule-arn>"}';
  await expect(parts.schedule('rate(1 hour)', {}, { Input: 'run' })).rejects.toThrow('not JSON');
  await parts.schedule('rate(1 hour)', { Name: 'given' }, { Input });
  await parts.schedule('rate(1 hour)', { Name: 'preset' }, { Input: undefined });
  parts.scheduler.begin();
  await parts.scheduler.look();
  const arn = (name: string) => `arn:aws:scheduler:${region}:${account}:schedule/default/${name}`;
  expect(parts.inputs.map((input) => JSON.parse(input) as unknown)).toEqual([
    { at: '2026-11-22T09:30:00Z', of: arn('given') },
    {
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account,
      region,
      time: '2026-11-22T09:30:00Z',
      resources: [arn('preset')],
      detail: '{}',
    },
  ]);
});

test('what the role may not invoke goes to the dead-letter queue, if the role may send there', async () => {
  const parts = await started([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn }]);
  await parts.schedule('rate(1 hour)', {}, { DeadLetterConfig: { Arn: queueArn } });
  parts.scheduler.begin();
  await parts.scheduler.look();
  const [message] = await parts.dead.receive(1, 0, AbortSignal.timeout(1000));
  expect(message?.Body).toBe('"run"');
  const attributes = Object.entries(message?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
    name,
    StringValue,
  ]);
  expect(Object.fromEntries(attributes)).toMatchObject({
    ERROR_CODE: 'AccessDenied',
    ERROR_MESSAGE: expect.stringContaining('not authorized to perform: lambda:InvokeFunction') as string,
    SCHEDULE_ARN: `arn:aws:scheduler:${region}:${account}:schedule/default/job`,
    TARGET_ARN: functionArn,
  });
  expect(parts.lines).toHaveLength(1);

  const without = await started([]);
  await without.schedule('rate(1 hour)', {}, { DeadLetterConfig: { Arn: queueArn } });
  without.scheduler.begin();
  await without.scheduler.look();
  expect(without.lines[1]).toContain('its dead-letter queue did not take the event');
});

test.each([
  ['a flexible window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }, 'only OFF'],
  ['an unknown time zone', { ScheduleExpressionTimezone: 'Europe/Atlantis' }, 'Europe/Atlantis'],
  ['an expression that is none', { ScheduleExpression: 'cron(0 0 * * *)' }, '6 fields'],
  ['a group that does not exist', { GroupName: 'none' }, 'group none does not exist'],
])('a schedule with %s is an error at start', async (_, more, message) => {
  const { schedule } = await started([mayInvoke]);
  await expect(schedule('rate(1 minute)', more)).rejects.toThrow(message);
});

test('a schedule whose role does not let the scheduler in is an error at start', async () => {
  const { schedule, create } = await started([mayInvoke]);
  const RoleArn = `arn:aws:iam::${account}:role/other`;
  await expect(schedule('rate(1 minute)', {}, { RoleArn })).rejects.toThrow(
    'not authorized to perform: sts:AssumeRole',
  );
  // The trust policy names the default group.
  await create({ Name: 'nightly' }, 'group', 'AWS::Scheduler::ScheduleGroup');
  await expect(schedule('rate(1 minute)', { GroupName: 'nightly' })).rejects.toThrow('sts:AssumeRole');
});

test('the SDK sees a schedule, if its policies let it', async () => {
  const parts = await started([mayInvoke]);
  const { ref, attributes } = await parts.schedule('rate(5 minutes)', { Name: 'close' });
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-sdk-'));
  const credentials = await CredentialStore.open(folder, account);
  const unused = async (): Promise<void> => undefined;
  const services = [parts.scheduler.service];
  const endpoint = await startEndpoint({
    region,
    credentials,
    services,
    s3: unused,
    executeApi: unused,
    log: () => undefined,
  });
  onTestFinished(async () => {
    await endpoint.stop();
    rmSync(folder, { recursive: true });
  });
  const client = (access: typeof credentials.operator) =>
    new SchedulerClient({ region, endpoint: endpoint.url, credentials: access, maxAttempts: 1 });
  const get = (Name: string) => client(credentials.operator).send(new GetScheduleCommand({ Name }));
  expect(await get(ref)).toMatchObject({
    Arn: attributes['Arn'],
    Name: 'close',
    ScheduleExpression: 'rate(5 minutes)',
    State: 'ENABLED',
    CreationDate: new Date(start),
    Target: { Arn: functionArn, RoleArn: parts.roleArn },
  });
  await expect(get('other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const nobody = credentials.issue({ ...operator, policies: [] });
  await expect(client(nobody).send(new GetScheduleCommand({ Name: ref }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
