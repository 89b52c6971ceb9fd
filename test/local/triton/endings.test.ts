import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { inferCall, send } from './infer-call.ts';
import { slowModel } from './models.ts';
import { mainFile, repository, TritonProcess } from './triton-process.ts';

const rounds = (count: number) => inferCall([{ name: 'rounds', datatype: 'INT64', shape: [1, 1], data: [count] }]);
const start = (config = ''): Promise<TritonProcess> => TritonProcess.start(repository({ slow: slowModel(config) }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the server', () => {
  it('answers pings while the model runs and large JSON comes in', async () => {
    const triton = await start();
    const url = await triton.url();
    const slow = send(`${url}/invocations`, rounds(1_000_000));
    const large = Buffer.from(
      `{"inputs":[{"name":"rounds","datatype":"INT64","shape":[1,4000000],"data":[${'12345,'.repeat(4_000_000).slice(0, -1)}]}]}`,
    );
    const larges = [1, 2, 3].map(() => send(`${url}/invocations`, { body: large, headers: {} }));
    let isDone = false;
    void Promise.all([slow, ...larges]).then(() => (isDone = true));
    let pings = 0;
    while (!isDone) {
      const ping = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(2000) });
      expect(ping.status).toBe(200);
      pings++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(pings).toBeGreaterThan(1);
    expect((await slow).status).toBe(200);
    await triton.remove();
  });

  it('answers what it has accepted when it is told to end, takes nothing more, and ends with 0', async () => {
    const triton = await start();
    const url = await triton.url();
    const agent = new Agent({ keepAlive: true, maxSockets: 3 });
    const over = (count: number): Promise<number | string> =>
      new Promise((resolve) => {
        const { body, headers } = rounds(count);
        const call = request(`${url}/invocations`, { method: 'POST', agent, headers }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        });
        call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
        call.end(body);
      });
    await over(1);
    const accepted = [over(1_000_000), over(1_000_000)];
    await new Promise((resolve) => setTimeout(resolve, 300));
    triton.child.kill('SIGTERM');
    expect(await Promise.all(accepted)).toEqual([200, 200]);
    expect(await triton.exited).toEqual({ code: 0, signal: null });
    expect(await over(1)).toMatch(/ECONN/);
    expect(triton.printed.stderr).toBe('');
    agent.destroy();
    await triton.remove();
  });

  it('is gone when it is killed in the middle of a run, and its clients see the connection break', async () => {
    const triton = await start();
    const lost = send(`${await triton.url()}/invocations`, rounds(3_000_000)).then(
      () => 'answered',
      () => 'lost',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    triton.child.kill('SIGKILL');
    expect(await lost).toBe('lost');
    await triton.remove();
  });

  it('does not outlive whoever started it', async () => {
    const directory = repository({ slow: slowModel('') });
    const program = `
      const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(mainFile)}, 'serve'],
        { env: { SAGEMAKER_BIND_TO_PORT: '0', MODEL_DIRECTORY: ${JSON.stringify(directory)} }, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      child.stdout.on('data', (chunk) => { if (chunk.includes('"port"')) console.log(child.pid); });`;
    const parent = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('runs as many requests at once as its configuration has instances', async () => {
    const triton = await start('instance_group { count: 2 kind: KIND_CPU }');
    expect(triton.printed.stdout).toContain('2 instance(s) on CPU');
    const url = `${await triton.url()}/invocations`;
    const order: string[] = [];
    const long = send(url, rounds(2_000_000)).then(() => order.push('long'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await send(url, rounds(1)).then(() => order.push('short'));
    await long;
    expect(order).toEqual(['short', 'long']);
    await triton.remove();
  });

  it('drops a request whose client goes away while it waits', async () => {
    const triton = await start();
    const url = `${await triton.url()}/invocations`;
    const first = send(url, rounds(2_000_000));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { body, headers } = rounds(50_000_000);
    const leave = new AbortController();
    const left = fetch(url, { method: 'POST', headers, body: new Uint8Array(body), signal: leave.signal }).catch(
      () => 'left',
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    leave.abort();
    expect(await left).toBe('left');
    expect((await first).status).toBe(200);
    // Had it run, this would wait for most of a minute.
    expect((await send(url, rounds(1))).status).toBe(200);
    await triton.remove();
  });

  it.each([
    ['the process', 'isMainThread'],
    ['the thread of a model', '!isMainThread'],
  ])(
    'ends with 1 and one line on stderr, without the message, when something unexpected happens in %s',
    async (_, where) => {
      const code = `import { isMainThread } from 'node:worker_threads';
      if (${where}) setTimeout(() => { throw new Error(['sec', 'ret'].join('')); }, 2500);`;
      const triton = await TritonProcess.start(repository({ slow: slowModel('') }), {
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
      });
      expect(await triton.exited).toEqual({ code: 1, signal: null });
      expect(triton.printed.stderr.trim().split('\n')).toEqual([expect.stringMatching(/^E\d{4} .*"unexpected Error/)]);
      expect(triton.printed.stderr).not.toContain('secret');
      await triton.remove();
    },
  );

  it('says how it is used when it is not', async () => {
    const wrong = spawn(process.execPath, [mainFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    wrong.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => wrong.once('close', resolve));
    expect([code, said]).toEqual([2, 'usage: main.ts serve\n']);
  });
});
