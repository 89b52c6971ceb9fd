import { expect, test, vi } from 'vitest';
import { Deployed } from './deployed.ts';

const line =
  /^REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB/m;

test('the log group has the lines of the platform and of the function', async () => {
  const cloud = await Deployed.start();
  const code = `
    console.log('loading');
    exports.handler = async () => {
      console.warn('careful %d', 7);
      console.error(new Error('two\\nlines'));
      process.stdout.write('raw\\n');
      process.stderr.write('from stderr\\n');
    }`;
  await cloud.invoke(await cloud.function(code));
  await vi.waitFor(() => expect(cloud.log('aws-lambda-echo')).toMatch(/REPORT/));
  const log = cloud.log('aws-lambda-echo');
  expect(log).toMatch(/\tundefined\tINFO\tloading$/m);
  expect(log).toMatch(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/m);
  expect(log).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[0-9a-f-]{36}\tWARN\tcareful 7$/m);
  expect(log).toMatch(/\tERROR\tError: two\rlines\r/);
  expect(log).toMatch(/^raw$/m);
  expect(log).toMatch(/^from stderr$/m);
  expect(log).toMatch(/^END RequestId: [0-9a-f-]{36}$/m);
  expect(log).toMatch(line);
  expect(log).toMatch(/Init Duration: [\d.]+ ms$/m);
});

test('a time-out is in the log', async () => {
  const cloud = await Deployed.start();
  await cloud.invoke(await cloud.function('exports.handler = () => { for (;;); }', { Timeout: 1 }));
  await vi.waitFor(() =>
    expect(cloud.log('aws-lambda-echo')).toMatch(/Status: timeout\tError Type: Sandbox.Timedout$/m),
  );
  expect(cloud.log('aws-lambda-echo')).toMatch(/Task timed out after 1\.00 seconds$/m);
});

test('a log group of its own and JSON lines are honoured', async () => {
  const cloud = await Deployed.start();
  const code = "exports.handler = async () => { console.debug('quiet'); console.info('loud', new TypeError('t')) }";
  await cloud.invoke(await cloud.function(code, { LoggingConfig: { LogGroup: '/my/group', LogFormat: 'JSON' } }));
  await vi.waitFor(() => expect(cloud.log('my-group')).toMatch(/platform.report/));
  const events = cloud
    .log('my-group')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(events.find(({ type }) => type === 'platform.start')).toMatchObject({ record: { version: '$LATEST' } });
  expect(events.find(({ type }) => type === 'platform.report')).toMatchObject({ record: { status: 'success' } });
  const messages = events.filter(({ level }) => level !== undefined);
  expect(messages).toMatchObject([{ level: 'INFO', errorType: 'TypeError', message: expect.stringContaining('loud') }]);
});

test('payloads are not in the log', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async ({ secret }) => secret');
  await cloud.invoke(arn, { secret: 'swordfish' });
  await vi.waitFor(() => expect(cloud.log('aws-lambda-echo')).toMatch(/REPORT/));
  expect(cloud.log('aws-lambda-echo')).not.toContain('swordfish');
});
