import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { Deployed } from './deployed.ts';
import { isAlive } from './is-alive.ts';

/** Answers with its process id once the file that the event names exists. */
const waiter = `
  const { existsSync } = require('node:fs');
  exports.handler = async ({ until }) => {
    while (until && !existsSync(until)) await new Promise((resolve) => setTimeout(resolve, 5));
    return process.pid;
  }`;

test('an instance takes one event at a time; more are started while events wait', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(waiter, { Timeout: 20 });
  const until = `${cloud.data}/go`;
  const both = Promise.all([cloud.invoke<number>(arn, { until }), cloud.invoke<number>(arn, { until })]);
  const third = (await cloud.invoke<number>(arn)).answer;
  cloud.write('go', '');
  const pids = (await both).map(({ answer }) => answer);
  expect(new Set([...pids, third]).size).toBe(3);
});

test('events one after the other share one instance', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(waiter);
  const pids = new Set<number>();
  for (let i = 0; i < 20; i++) pids.add((await cloud.invoke<number>(arn)).answer);
  expect(pids.size).toBe(1);
});

test('beyond the reserved concurrency an invocation is refused, and served again when one has ended', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(waiter, { ReservedConcurrentExecutions: 1, Timeout: 20 });
  const until = `${cloud.data}/go`;
  const first = cloud.invoke<number>(arn, { until });
  await expect(cloud.invoke(arn)).rejects.toMatchObject({
    code: 'TooManyRequestsException',
    status: 429,
    reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
  });
  cloud.write('go', '');
  const { answer } = await first;
  expect((await cloud.invoke<number>(arn)).answer).toBe(answer);
});

test('functions without a reservation share the concurrency of the account', async () => {
  const cloud = await Deployed.start({ unreservedConcurrency: 1 });
  const one = await cloud.function(waiter, { Timeout: 20 }, 'one');
  const two = await cloud.function(waiter, {}, 'two');
  const until = `${cloud.data}/go`;
  const first = cloud.invoke<number>(one, { until });
  await expect(cloud.invoke(two)).rejects.toMatchObject({ reason: 'ConcurrentInvocationLimitExceeded' });
  cloud.write('go', '');
  await first;
  await cloud.invoke(two);
});

test('a function with a reservation of none never runs', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(waiter, { ReservedConcurrentExecutions: 0 });
  await expect(cloud.invoke(arn)).rejects.toMatchObject({ status: 429 });
});

test('an instance without work is ended', async () => {
  const cloud = await Deployed.start({ idleMs: 50 });
  const arn = await cloud.function(waiter);
  const { answer } = await cloud.invoke<number>(arn);
  await vi.waitFor(() => expect(isAlive(answer)).toBe(false));
  expect((await cloud.invoke<number>(arn)).answer).not.toBe(answer);
});

test('an instance gets no event after six hours, also by a clock that went on while the machine slept', async () => {
  let now = Date.parse('2026-11-21T20:00:00Z');
  const cloud = await Deployed.start({ now: () => now });
  const arn = await cloud.function('exports.handler = async () => process.env.AWS_ACCESS_KEY_ID');
  const evening = (await cloud.invoke<string>(arn)).answer;
  now += 6 * 60 * 60 * 1000;
  expect((await cloud.invoke<string>(arn)).answer).toBe(evening);
  now += 1;
  const morning = (await cloud.invoke<string>(arn)).answer;
  expect(morning).not.toBe(evening);
  await vi.waitFor(() => expect([...cloud.sessions.keys()]).toEqual([morning]));
});

test('an event that the instance was killed before taking goes to another one', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(waiter);
  for (let i = 0; i < 3; i++) {
    const killed = (await cloud.invoke<number>(arn)).answer;
    process.kill(killed, 'SIGKILL');
    const { answer, functionError } = await cloud.invoke<number>(arn);
    expect(functionError).toBeUndefined();
    expect(answer).not.toBe(killed);
  }
});

test('an event that an instance has taken is never given to another one', async () => {
  const cloud = await Deployed.start();
  const code = `exports.handler = async ({ file }) => {
    require('node:fs').appendFileSync(file, 'ran ');
    process.kill(process.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
  }`;
  const { functionError } = await cloud.invoke(await cloud.function(code, { Timeout: 10 }), {
    file: `${cloud.data}/ran`,
  });
  expect(functionError).toBe('Unhandled');
  expect(cloud.read('ran')).toBe('ran ');
});

test('a function whose instances always end before they take an event is given up', async () => {
  const cloud = await Deployed.start();
  // Asks for an event, and is killed while that is on its way.
  const arn = await cloud.function(`
    const { prototype } = require('node:net').Socket;
    const { uncork } = prototype;
    prototype.uncork = function () {
      uncork.call(this);
      this.once('connect', () => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        process.kill(process.pid, 'SIGKILL');
      });
    };
    exports.handler = async () => 'never';`);
  await expect(cloud.invoke(arn)).rejects.toMatchObject({ code: 'ServiceException', status: 500 });
});

test('an instance that leaves work behind which blocks it does not hold up the next event', async () => {
  const cloud = await Deployed.start();
  const code =
    'exports.handler = async ({ block }) => { if (block) setImmediate(() => { for (;;); }); return process.pid }';
  const arn = await cloud.function(code, { Timeout: 2 });
  const blocked = (await cloud.invoke<number>(arn, { block: true })).answer;
  expect((await cloud.invoke<number>(arn)).answer).not.toBe(blocked);
  await vi.waitFor(() => expect(isAlive(blocked)).toBe(false), { timeout: 10_000 });
});

test('stopping ends every instance, what it has started, and what still runs or waits', async () => {
  const cloud = await Deployed.start();
  const code = `
    const child = require('node:child_process').spawn('sleep', ['300']);
    exports.handler = async ({ block }) => {
      if (block) require('node:fs').writeFileSync(block, '');
      while (block);
      return [process.pid, child.pid];
    }`;
  const arn = await cloud.function(code, { Timeout: 60 });
  const pids = (await cloud.invoke<number[]>(arn)).answer;
  const running = `${cloud.data}/running`;
  const blocked = cloud.invoke(arn, { block: running });
  await vi.waitFor(() => expect(existsSync(running)).toBe(true));
  const waiting = expect(cloud.invoke(arn)).rejects.toMatchObject({ code: 'ServiceException' });
  await cloud.lambda.stop();
  await waiting;
  expect((await blocked).functionError).toBe('Unhandled');
  await vi.waitFor(() => {
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
  });
});
