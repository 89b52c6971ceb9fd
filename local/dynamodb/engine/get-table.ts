import type { Store, Table } from './dynalite.ts';
import { tableKey } from './prefixes.ts';

/** @throws DynaliteError ResourceNotFoundException */
export const getTable = async (store: Store, name: string): Promise<Table> => {
  const known = store.db.getSync(tableKey(name)) as Table | undefined;
  if (known) {
    return known;
  }
  return new Promise((resolve, reject) => {
    store.getTable(name, false, (error, table) => {
      if (table) {
        resolve(table);
      } else {
        reject(error instanceof Error ? error : new Error(`the table ${name} could not be read`));
      }
    });
  });
};
