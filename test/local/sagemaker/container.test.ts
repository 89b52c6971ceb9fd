import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Reaper } from '../../../local/process/reaper.ts';
import { Container } from '../../../local/sagemaker/container/container.ts';
import { ContainerProcess } from '../../../local/sagemaker/container/container-process.ts';
import { timings } from '../../../local/sagemaker/container/timings.ts';
import { isAlive } from '../lambda/is-alive.ts';

/** A container that runs this program. */
function containerOf(program: string, startupMsMax: number) {
  const folder = mkdtempSync(join(tmpdir(), 'container-'));
  const file = join(folder, 'program.js');
  writeFileSync(file, program);
  const reaper = new Reaper();
  const lines: string[] = [];
  const container = new Container({
    spawn: () =>
      new ContainerProcess({
        program: [process.execPath, file],
        environment: {},
        scratch: join(folder, 'scratch'),
        reaper,
        onLine: (line) => lines.push(line),
      }),
    timings: { ...timings, stopMs: 100 },
    startupMsMax,
    log: () => undefined,
  });
  onTestFinished(async () => {
    await container.stop();
    reaper.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { container, lines };
}

test('one that is not healthy in the time that the template gives it is ended, and so is what it started', async () => {
  const { container, lines } = containerOf(
    `console.log(process.pid);
     console.log(require('node:child_process').spawn('sleep', ['100']).pid);
     process.on('SIGTERM', () => undefined);
     const server = require('node:http').createServer((_, response) => { response.statusCode = 503; response.end(); });
     server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));`,
    700,
  );
  await expect(container.start()).rejects.toThrow('it was not healthy within 0.7 s');
  expect(container.isHealthy).toBe(false);
  expect(lines).toHaveLength(2);
  await expect.poll(() => lines.map(Number).filter(isAlive)).toEqual([]);
});

test('one that never says where it listens is ended in the same time', async () => {
  const { container } = containerOf('setInterval(() => undefined, 1000)', 200);
  await expect(container.start()).rejects.toThrow('it was not healthy within 0.2 s');
});

test('one that cannot be started at all says why', async () => {
  const { container } = containerOf('throw new Error("no such model")', 10_000);
  await expect(container.start()).rejects.toThrow(/^it exited with code 1: .*Error: no such model/);
});
