import type { Store, Table } from './dynalite.ts';

/** @throws DynaliteError ResourceNotFoundException */
export const getTable = (store: Store, name: string): Promise<Table> =>
  new Promise((resolve, reject) => {
    store.getTable(name, false, (error, table) => {
      if (table) {
        resolve(table);
      } else {
        reject(error instanceof Error ? error : new Error(`the table ${name} could not be read`));
      }
    });
  });
