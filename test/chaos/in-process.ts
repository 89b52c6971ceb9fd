import type { Access } from './access.ts';
import { type Executor, isAt } from './executor.ts';
import { carryOut } from './order.ts';
import { Watch } from './watch.ts';
import { watchedClient } from './watched-client.ts';

class Crash extends Error {}

/** Carries orders out in this process; a crash is a call from which on every call fails, so that what runs on reaches nothing. */
export const inProcess = (access: Access): Executor => ({
  run: async (order, crash) => {
    let dead = false;
    const watch = new Watch((call, when, kind) => {
      if (isAt(crash, call, when, kind)) dead = true;
      if (dead) throw new Crash(`died ${when} call ${call}`);
    });
    const client = watchedClient(access, watch);
    try {
      const outcome = await carryOut(order, client, watch);
      return dead ? 'died' : outcome;
    } catch (error) {
      if (!dead) throw error;
      return 'died';
    } finally {
      client.destroy();
    }
  },
});
