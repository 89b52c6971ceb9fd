import type { Store } from './dynalite.ts';
import { getTable } from './get-table.ts';
import { under } from './prefixes.ts';

const prefix = 'time-to-live~';

/** Sets the attribute that holds an item's last epoch second, or with undefined switches expiry off. */
export const setTimeToLive = async (store: Store, table: string, attribute: string | undefined): Promise<void> =>
  store.db.batch([
    attribute === undefined
      ? { type: 'del', key: prefix + table }
      : { type: 'put', key: prefix + table, value: attribute },
  ]);

/** The tables whose items expire, and by which attribute. */
export const timesToLive = async (store: Store): Promise<{ table: string; attribute: string }[]> => {
  const found: { table: string; attribute: string }[] = [];
  for await (const [key, value] of store.db.iterator(under(prefix))) {
    found.push({ table: key.slice(prefix.length), attribute: String(value) });
  }
  return found;
};

/** DescribeTimeToLive. */
export const describeTimeToLive = async (store: Store, tableName: string): Promise<Record<string, unknown>> => {
  await getTable(store, tableName);
  const attribute = await store.db.get(prefix + tableName);
  return {
    TimeToLiveDescription:
      attribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
  };
};
