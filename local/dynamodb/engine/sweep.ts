import { type Action, actionOf, type Item, type Store } from './dynalite.ts';
import { getTable } from './get-table.ts';
import type { KeyLocks } from './key-locks.ts';
import { itemPrefix, under } from './prefixes.ts';
import { forgetTokens } from './request-tokens.ts';
import { timesToLive } from './time-to-live.ts';
import { writeItems } from './write-items.ts';

/** Items that expired longer ago stay: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html */
const expiredSecondsMax = 5 * 365 * 24 * 60 * 60;

const deleteItem = actionOf('deleteItem');

/** Deletes the items whose time to live is over, and forgets old request tokens. */
export const sweep = async (store: Store, locks: KeyLocks, nowMs: number): Promise<void> => {
  await forgetTokens(store);
  for (const { table, attribute } of await timesToLive(store)) {
    const { KeySchema } = await getTable(store, table);
    for await (const value of store.db.values(under(itemPrefix(table)))) {
      const item = value as Item;
      if (isExpired(item, attribute, nowMs)) {
        const key = Object.fromEntries(KeySchema.map(({ AttributeName: name }) => [name, item[name] ?? {}]));
        await writeItems(store, locks, [
          { action: deleteExpired(attribute, nowMs), data: { TableName: table, Key: key } },
        ]);
      }
    }
  }
};

const isExpired = (item: Item, attribute: string, nowMs: number): boolean => {
  const text = item[attribute]?.['N'];
  const seconds = typeof text === 'string' ? Number(text) : Number.NaN;
  return seconds * 1000 < nowMs && seconds > nowMs / 1000 - expiredSecondsMax;
};

/** Since the scan, the item may have got a longer life. */
const deleteExpired =
  (attribute: string, nowMs: number): Action =>
  (store, data, callback) =>
    store.getItemDb(data.TableName).get('', (_, item) => {
      if (item && isExpired(item, attribute, nowMs)) {
        deleteItem(store, data, callback);
      } else {
        callback(null, {});
      }
    });
