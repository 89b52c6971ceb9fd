import type { Action, Data, Store } from './dynalite.ts';

/** Runs one of dynalite's actions. What it throws outside of its callback ends the process, whose parent starts another. */
export const runAction = (action: Action, store: Store, data: Data): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    action(store, data, (error, result) => {
      if (error) {
        reject(error instanceof Error ? error : new Error('an action called back with something else than an error'));
      } else {
        resolve(result ?? {});
      }
    });
  });
