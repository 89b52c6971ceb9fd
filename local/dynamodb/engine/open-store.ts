import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { database, type Range, type Store } from './dynalite.ts';

/** After a kill -9 of the whole cloud, the old engine may take a moment to end and to release its lock. */
const lockWaitMs = 5_000;
const retryMs = 50;

/**
 * Opens the LevelDB database of a folder.
 *
 * @throws when another process keeps it locked for five seconds
 */
export const openStore = async (path: string, region: string, account: string): Promise<Store> => {
  const deadline = Date.now() + lockWaitMs;
  for (;;) {
    const store = database.create({ path, createTableMs: 0 });
    try {
      await store.db.open();
    } catch (error) {
      if (!isLocked(error) || Date.now() >= deadline) {
        throw new Error(
          `cannot open the tables in ${path}: ${isLocked(error) ? 'another process uses them' : 'broken'}`,
          {
            cause: error,
          },
        );
      }
      await sleep(retryMs);
      continue;
    }
    store.tableDb.awsRegion = region;
    store.tableDb.awsAccountId = account;
    closeIterators(store);
    return store;
  }
};

const isLocked = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === 'LEVEL_LOCKED') || (error.cause !== undefined && isLocked(error.cause)));

/**
 * dynalite's streams never close the iterator below them, so that each query would leave one behind, and with it a snapshot of the
 * database. Streams over async iterators do close it, at the end as well as when they are destroyed early.
 */
const closeIterators = ({ db }: Store): void => {
  db.createKeyStream = (range: Range = {}) => Readable.from(db.keys(range));
  db.createValueStream = (range: Range = {}) => Readable.from(db.values(range));
};
