import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Access } from './access.ts';
import { type Executor, isAt, type Outcome } from './executor.ts';

const script = fileURLToPath(new URL('metering-process.ts', import.meta.url));

interface Message {
  readonly id: number;
  readonly call?: number;
  readonly when?: 'before' | 'after';
  readonly kind?: string;
  readonly outcome?: Outcome;
  readonly error?: string;
}

/** Carries orders out in another process, which is killed with SIGKILL where an order says so, all its other orders with it. */
export function inProcesses(access: Access): Executor & { readonly kills: () => number; stop(): Promise<void> } {
  let child: ChildProcess | undefined;
  let orders = 0;
  let kills = 0;
  const start = (): ChildProcess => {
    const started = fork(script, [JSON.stringify(access)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    // Each order under way listens for it.
    started.setMaxListeners(50);
    child = started;
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    return started;
  };
  const run: Executor['run'] = (order, crash) => {
    const worker = child ?? start();
    orders += 1;
    const id = orders;
    return new Promise<Outcome>((resolve, reject) => {
      const end = (settle: () => void): void => {
        worker.off('message', heard);
        worker.off('exit', died);
        settle();
      };
      const died = (): void => end(() => resolve('died'));
      const heard = (message: Message): void => {
        if (message.id !== id) return;
        const { outcome } = message;
        if (outcome !== undefined) end(() => resolve(outcome));
        else if (message.error !== undefined) end(() => reject(new Error(message.error)));
        else if (isAt(crash, message.call ?? 0, message.when ?? 'before', message.kind ?? '')) {
          // Of calls at once, more than one may be the point.
          if (!worker.killed) kills += 1;
          worker.kill('SIGKILL');
        } else worker.send({ id, leave: `${id} ${message.when} ${message.call}` }, () => undefined);
      };
      worker.on('message', heard);
      worker.once('exit', died);
      worker.send({ id, order }, () => undefined);
    });
  };
  const stop = async (): Promise<void> => {
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return { run, kills: () => kills, stop };
}
