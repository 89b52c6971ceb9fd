import { expect, test, vi } from 'vitest';
import { Deployed } from './deployed.ts';
import { isAlive } from './is-alive.ts';

test('a function answers with what its handler returns', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async (event) => ({ doubled: event.n * 2 })');
  expect(await cloud.invoke(arn, { n: 21 })).toEqual({ answer: { doubled: 42 }, functionError: undefined });
});

test('a handler that returns nothing answers null', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = () => {}');
  expect((await cloud.invoke(arn)).answer).toBeNull();
});

test('non-ASCII text and large events and answers arrive whole', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async (event) => event');
  const event = { text: 'grüße 😀 \n\r\n\r\n'.repeat(100_000) };
  expect((await cloud.invoke(arn, event)).answer).toEqual(event);
});

test('what a handler throws is the answer, with its type, message and stack', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async () => { throw new TypeError("no such thing") }');
  const { answer, functionError } = await cloud.invoke(arn);
  expect(functionError).toBe('Unhandled');
  expect(answer).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such thing' });
  expect(answer.trace[1]).toContain('index.js');
  expect((await cloud.invoke(arn)).answer.errorType).toBe('TypeError');
});

test('a thrown value that is no error is named by its type', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async () => { throw "text" }');
  expect((await cloud.invoke(arn)).answer).toEqual({ errorType: 'string', errorMessage: 'text', trace: [] });
});

test('an answer above the limit is refused, and the instance lives on', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('let n = 0; exports.handler = async ({ size }) => size ? "x".repeat(size) : ++n');
  await cloud.invoke(arn);
  const { answer, functionError } = await cloud.invoke(arn, { size: 6_291_456 });
  expect(functionError).toBe('Unhandled');
  expect(answer.errorType).toBe('Function.ResponseSizeTooLarge');
  expect((await cloud.invoke(arn, { size: 6_291_454 })).answer).toHaveLength(6_291_454);
  expect((await cloud.invoke(arn)).answer).toBe(2);
});

test('an event above the limit never reaches the function', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async () => 1');
  const tooLarge = Buffer.alloc(6_291_457, ' ');
  await expect(cloud.lambda.invoke(arn, tooLarge)).rejects.toMatchObject({
    code: 'RequestTooLargeException',
    status: 413,
  });
});

test.each([
  ['exits', 'process.exit(3)', 'Runtime.ExitError', 'exit status 3'],
  ['exits without an error', 'process.exit(0)', 'Runtime.ExitError', 'without providing a reason'],
  ['is killed', 'process.kill(process.pid, "SIGSEGV")', 'Runtime.ExitError', 'signal: segmentation fault'],
  ['throws outside the handler', 'setTimeout(() => { throw new RangeError("late") })', 'RangeError', 'late'],
  ['leaves a rejection', 'Promise.reject(new Error("lost"))', 'Runtime.UnhandledPromiseRejection', 'lost'],
])('a process that %s is an error of that invocation alone', async (_, how, errorType, message) => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(
    `exports.handler = async ({ fine }) => { if (fine) return 'fine'; ${how}; await new Promise((r) => setTimeout(r, 60_000)) }`,
    { Timeout: 20 },
  );
  const { answer, functionError } = await cloud.invoke(arn);
  expect(functionError).toBe('Unhandled');
  expect(answer.errorType).toBe(errorType);
  expect(answer.errorMessage).toContain(message);
  expect((await cloud.invoke(arn, { fine: true })).answer).toBe('fine');
});

test.each([
  ['a syntax error', 'exports.handler = (', 'Runtime.UserCodeSyntaxError'],
  ['a missing module', 'require("nowhere-to-be-found")', 'Runtime.ImportModuleError'],
  ['no such export', 'exports.other = 1', 'Runtime.HandlerNotFound'],
  [
    'a callback',
    'exports.handler = (event, context, callback) => callback(null, 1)',
    'Runtime.CallbackHandlerDeprecated',
  ],
  ['an exception while loading', 'throw new Error("broken")', 'Error'],
  ['an exit while loading', 'process.exit(1)', 'Runtime.ExitError'],
])('code with %s answers every invocation with that error', async (_, code, errorType) => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(code);
  const both = await Promise.all([cloud.invoke(arn), cloud.invoke(arn)]);
  for (const { answer, functionError } of both) {
    expect(functionError).toBe('Unhandled');
    expect(answer.errorType).toBe(errorType);
  }
});

test('a handler that blocks its process is killed at its time-out, and the next event gets a new process', async () => {
  const cloud = await Deployed.start();
  const code = 'exports.handler = async ({ block }) => { while (block); return process.pid }';
  const arn = await cloud.function(code, { Timeout: 1 });
  const before = (await cloud.invoke<number>(arn)).answer;
  const { answer, functionError } = await cloud.invoke(arn, { block: true });
  expect(functionError).toBe('Unhandled');
  expect(answer.errorType).toBe('Sandbox.Timedout');
  expect(answer.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/);
  const after = (await cloud.invoke<number>(arn)).answer;
  expect(after).not.toBe(before);
  expect(isAlive(before)).toBe(false);
});

test('a process that takes more memory than the function has is killed', async () => {
  const cloud = await Deployed.start();
  const code = `exports.handler = async ({ mb }) => {
    if (!mb) return 'small';
    const held = Buffer.alloc(mb * 1024 * 1024, 1);
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    return held.length;
  }`;
  const arn = await cloud.function(code, { MemorySize: 128, Timeout: 20 });
  const { answer, functionError } = await cloud.invoke(arn, { mb: 200 });
  expect(functionError).toBe('Unhandled');
  expect(answer.errorType).toBe('Runtime.OutOfMemory');
  expect((await cloud.invoke(arn)).answer).toBe('small');
});

test('code that takes more memory than the function has while it loads fails every invocation', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('const b = Buffer.alloc(200e6, 1); exports.handler = async () => b.length', {
    MemorySize: 128,
  });
  expect((await cloud.invoke(arn)).answer.errorType).toBe('Runtime.OutOfMemory');
});

test('a module may take its ten seconds and then the time-out again, but not more', { timeout: 60_000 }, async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const cloud = await Deployed.start();
  const arn = await cloud.function('while (true);', { Timeout: 2 });
  const invocation = cloud.invoke(arn);
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.waitFor(() => expect(cloud.log('aws-lambda-echo')).toContain('INIT_REPORT'));
  await vi.advanceTimersByTimeAsync(2_000);
  vi.useRealTimers();
  expect((await invocation).answer.errorMessage).toContain('Task timed out after 2.00 seconds');
});
