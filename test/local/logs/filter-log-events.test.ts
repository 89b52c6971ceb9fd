import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { Principal } from '../../../local/iam/principal.ts';
import { openLogs } from '../../../local/logs/open-logs.ts';
import { account, allow, region, role } from '../sqs/start-sqs.ts';

const group = '/aws/lambda/predict';
const arn = `arn:aws:logs:${region}:${account}:log-group:${group}:*`;

/** CloudWatch Logs behind an endpoint, with a clock that stands until it is set. */
async function startLogs() {
  const folder = mkdtempSync(join(tmpdir(), 'logs-api-'));
  const credentials = await CredentialStore.open(folder, account);
  const clock = { ms: 1000 };
  const open = () => openLogs({ folder: join(folder, 'logs'), region, account, now: () => clock.ms });
  let logs = open();
  const unused = async () => {
    throw new Error('not part of this test');
  };
  const service = {
    ...logs.service,
    handle: (call: Parameters<typeof logs.service.handle>[0]) => logs.service.handle(call),
  };
  const endpoint = await startEndpoint({
    region,
    credentials,
    services: [service],
    s3: unused,
    executeApi: unused,
    log: () => undefined,
  });
  const clients: CloudWatchLogsClient[] = [];
  const clientOf = (principal?: Principal) => {
    const issued = principal ? credentials.issue(principal) : credentials.operator;
    const client = new CloudWatchLogsClient({ region, endpoint: endpoint.url, credentials: issued, maxAttempts: 1 });
    clients.push(client);
    return client;
  };
  const operator = clientOf();
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    await endpoint.stop();
    logs.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    clock,
    clientOf,
    operator,
    file: join(folder, 'logs', 'aws-lambda-predict.log'),
    /** Lines that are in their file when this returns: who asks for any gets all. */
    write: async (ms: number, ...lines: string[]) => {
      clock.ms = ms;
      for (const line of lines) logs.sink.write(group, line);
      await operator.send(new FilterLogEventsCommand({ logGroupName: group, startTime: 1e9 })).catch(() => undefined);
    },
    declare: (LogGroupName: string) => {
      const [type] = logs.resourceTypes;
      return type?.create({
        stack: 's',
        logicalId: 'l',
        physicalId: 'p',
        region,
        account,
        properties: { LogGroupName },
      });
    },
    restart: () => {
      logs.stop();
      logs = open();
    },
    filter: async (input: Partial<FilterLogEventsCommandInput> = {}) => {
      const { events = [] } = await operator.send(new FilterLogEventsCommand({ logGroupName: group, ...input }));
      return events.map(({ timestamp, message }) => [timestamp, message]);
    },
  };
}

test('lines are there at once, with the time at which they were written, also after a restart', async () => {
  const { write, filter, restart } = await startLogs();
  await write(1000, 'one', 'zwei – ü');
  expect(await filter()).toEqual([
    [1000, 'one'],
    [1000, 'zwei – ü'],
  ]);
  await write(2000, 'three');
  restart();
  await write(3000, 'four');
  expect(await filter()).toEqual([
    [1000, 'one'],
    [1000, 'zwei – ü'],
    [2000, 'three'],
    [3000, 'four'],
  ]);
  expect(await filter({ startTime: 1001 })).toEqual([
    [2000, 'three'],
    [3000, 'four'],
  ]);
  expect(await filter({ startTime: 2000, endTime: 2000 })).toEqual([[2000, 'three']]);
  expect(await filter({ startTime: 3001 })).toEqual([]);
});

test('a clock that is set back does not mix up the order', async () => {
  const { write, filter, restart } = await startLogs();
  await write(5000, 'first');
  await filter();
  await write(4000, 'second');
  restart();
  await write(3000, 'third');
  expect(await filter({ startTime: 5000 })).toEqual([
    [5000, 'first'],
    [5000, 'second'],
    [5000, 'third'],
  ]);
});

test('pages have every line once, whatever their size, also when the file is put aside in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (writes, limit, large) => {
        const logs = await startLogs();
        const lines: string[] = [];
        for (const [at, count] of writes.entries()) {
          const some = Array.from(
            { length: count },
            (_, index) => `${at} ${index} ${large ? 'x'.repeat(200_000) : ''}`,
          );
          lines.push(...some);
          await logs.write(1000 + (at >> 1), ...some);
        }
        if (lines.length === 0) return;
        const found: (string | undefined)[] = [];
        for await (const { events = [] } of paginateFilterLogEvents(
          { client: logs.operator },
          { logGroupName: group, limit },
        )) {
          expect(events.length).toBeLessThanOrEqual(limit);
          found.push(...events.map(({ message }) => message));
        }
        expect(found).toEqual(lines);
      },
    ),
    { numRuns: 10 },
  );
});

test('a full file that was put aside is still searched, and a page of it goes on', async () => {
  const { write, operator } = await startLogs();
  const long = (index: number) => `${index} ${'x'.repeat(1_000_000)}`;
  for (let index = 0; index < 10; index += 1) await write(1000 + index, long(index));
  const first = await operator.send(new FilterLogEventsCommand({ logGroupName: group, startTime: 1004 }));
  expect(first.events?.map(({ timestamp }) => timestamp)).toEqual([1004]);
  for (let index = 10; index < 20; index += 1) await write(1000 + index, long(index));
  const found: (number | undefined)[] = [];
  let { nextToken } = first;
  while (nextToken !== undefined) {
    const page = await operator.send(new FilterLogEventsCommand({ logGroupName: group, nextToken }));
    found.push(...(page.events ?? []).map(({ timestamp }) => timestamp));
    nextToken = page.nextToken;
  }
  expect(found).toEqual(Array.from({ length: 15 }, (_, index) => 1005 + index));
});

test('a pattern lets lines through by a member of their JSON, and no other pattern is taken for granted', async () => {
  const { write, filter } = await startLogs();
  const lines = [
    '{"message":"request","n":1}',
    '{"message":"other request"}',
    '"message":"request"',
    '{"a":{"message":"request"}}',
    '{"message":"request"',
  ];
  await write(1000, ...lines);
  expect(await filter({ filterPattern: '{ $.message = "request" }' })).toEqual([[1000, lines[0]]]);
  expect(await filter({ filterPattern: '{$.a.message="request"}' })).toEqual([[1000, lines[3]]]);
  expect(await filter({ filterPattern: ' ' })).toHaveLength(5);
  for (const filterPattern of [
    'request',
    '{ $.message = "re*st" }',
    '{ $.message = req* }',
    '{ $.message != "request" }',
    '{ ($.a = "b" || $.c = "d") }',
    '{ $.a = "b" || }',
    '{ $.n = 1 }',
    '{ $.a = "b" && $.c = "d" }',
    '[a, b]',
  ]) {
    await expect(filter({ filterPattern })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
});

test('a pattern may name several values, and leave their beginning or end open', async () => {
  const { write, filter } = await startLogs();
  const lines = ['200', '204', '499', '429', '502', '52'].map((status) => `{"path":"/2","status":"${status}"}`);
  await write(1000, ...lines, '{"status":200}', '{"status":null}', '{"path":"200"}', '{"status":["200"]}', '"200"');
  const found = async (filterPattern: string): Promise<number[]> =>
    (await filter({ filterPattern })).map(([, line]) => lines.indexOf(String(line)));
  expect(await found('{ $.status = "2*" || $.status = "499" || $.status = "5*" }')).toEqual([0, 1, 2, 4, 5]);
  expect(await found('{ $.status = "*2" }')).toEqual([4, 5]);
  expect(await found('{$.status="*2*"||$.path="/3||/4"}')).toEqual([0, 1, 3, 4, 5]);
  expect(await found('{ $.status = "*" && $.path = "*" }').catch(({ name }: Error) => name)).toBe(
    'InvalidParameterException',
  );
  expect(await found('{ $.status = "*" }')).toEqual([0, 1, 2, 3, 4, 5]);
});

test('lines whose time nobody kept are not told', async () => {
  const { write, filter, file, restart } = await startLogs();
  restart();
  appendFileSync(file, 'from before\n');
  await write(1000, 'now');
  expect(await filter()).toEqual([[1000, 'now']]);
});

test('a caller needs the permission, on this group', async () => {
  const { write, clientOf } = await startLogs();
  await write(1000, 'line');
  const ask = (principal: Principal, logGroupName = group) =>
    clientOf(principal).send(new FilterLogEventsCommand({ logGroupName }));
  expect((await ask(role(allow('logs:FilterLogEvents', arn)))).events).toHaveLength(1);
  for (const principal of [
    role(),
    role(allow('logs:GetLogEvents', arn)),
    role(allow('logs:FilterLogEvents', arn.replace('predict', 'other'))),
  ]) {
    await expect(ask(principal)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  }
  // Whether there is a group is nobody's business who may not read it.
  await expect(ask(role(), '/nowhere')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a group is known by name or ARN when it was declared, and unknown otherwise', async () => {
  const { declare, operator, clientOf } = await startLogs();
  await declare('declared');
  const logGroupIdentifier = `arn:aws:logs:${region}:${account}:log-group:declared`;
  expect((await operator.send(new FilterLogEventsCommand({ logGroupIdentifier }))).events).toEqual([]);
  await expect(operator.send(new FilterLogEventsCommand({ logGroupName: 'nowhere' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  for (const wrong of [
    { logGroupName: '../../etc/passwd\n' },
    { logGroupName: 'declared', logGroupIdentifier: 'declared' },
    {},
    { logGroupName: 'declared', logStreamNames: ['a'] },
    { logGroupName: 'declared', limit: 10_001 },
    { logGroupName: 'declared', nextToken: 'e30' },
    { logGroupName: 'declared', startTime: -1 },
  ]) {
    await expect(operator.send(new FilterLogEventsCommand(wrong))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  }
  await expect(clientOf().send(new DescribeLogGroupsCommand({}))).rejects.toMatchObject({ name: 'NotImplemented' });
});
