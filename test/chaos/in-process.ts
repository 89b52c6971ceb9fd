import type { Executor } from './executor.ts';
import { carryOut } from './order.ts';
import { watchedClient } from './watched-client.ts';

class Crash extends Error {}

/** Carries orders out in this process; a crash is a call from which on every call fails, so that what runs on reaches nothing. */
export const inProcess = (endpoint: string): Executor => ({
  run: async (order, crash) => {
    let dead = false;
    const client = watchedClient(endpoint, (call, when) => {
      if (call === crash?.call && when === crash.when) dead = true;
      if (dead) throw new Crash(`died ${when} call ${call}`);
    });
    try {
      await carryOut(order, client);
      return true;
    } catch (error) {
      if (error instanceof Crash) return false;
      throw error;
    } finally {
      client.destroy();
    }
  },
});
