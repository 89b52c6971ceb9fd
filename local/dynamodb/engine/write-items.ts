import {
  type Action,
  type Data,
  database,
  type Entries,
  type Item,
  type Store,
  type Table,
  type Write,
} from './dynalite.ts';
import { EngineError } from './engine-error.ts';
import { getTable } from './get-table.ts';
import type { KeyLocks } from './key-locks.ts';
import { indexPrefix, itemPrefix } from './prefixes.ts';

/** One write: dynalite's putItem, updateItem or deleteItem, or any action that reads and writes a single item. */
export interface ItemWrite {
  readonly action: Action;
  readonly data: Data;
}

/** What makes writes a transaction. */
export interface Transaction {
  /** Written along with them. */
  readonly extra: readonly Write[];
}

/** Of all items together, as they are after the transaction. */
const transactionBytesMax = 4 * 1024 * 1024;

/** What a write came to: its answer, or why it was refused. */
export type Outcome = { readonly result: Record<string, unknown> } | { readonly error: unknown };

/**
 * Does writes all or nothing: each action computes against the stored items, and then all that they want written, index entries
 * included, goes to the database in one batch. Nothing else can touch the items in between: other writes of theirs wait, but those that meet
 * a transaction are refused, as transactions are that meet another.
 *
 * @returns the outcomes in order; if one is an error, nothing was written
 * @throws DynaliteError for an unknown table, a key that does not fit it, one item in two writes, or a transaction of more than 4 MB
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export const writeItems = async (
  store: Store,
  locks: KeyLocks,
  writes: readonly ItemWrite[],
  transaction?: Transaction,
): Promise<Outcome[]> => {
  const targets: Target[] = [];
  for (const write of writes) {
    targets.push(await targetOf(store, write));
  }
  const keys = targets.map((target) => itemPrefix(target.table.TableName) + target.key);
  if (new Set(keys).size < keys.length) {
    throw database.validationError('Transaction request cannot include multiple operations on one item');
  }
  if (keys.some((key) => locks.isInTransaction(key))) {
    return keys.map((key) => (locks.isInTransaction(key) ? { error: conflict() } : { result: {} }));
  }
  const work = async (): Promise<Outcome[]> => {
    const batch: Write[] = [];
    const outcomes: Outcome[] = [];
    for (const [at, target] of targets.entries()) {
      const existing = store.db.getSync(keys[at] ?? '') as Item | undefined;
      outcomes.push(await compute(store, target, existing, batch));
    }
    if (outcomes.every((outcome) => 'result' in outcome)) {
      if (transaction !== undefined) {
        checkSize(targets, keys, batch);
      }
      await store.db.batch([...batch, ...(transaction?.extra ?? [])]);
    }
    return outcomes;
  };
  return transaction === undefined ? locks.hold(keys, work) : locks.holdForTransaction(keys, work);
};

const conflict = (): EngineError =>
  new EngineError('TransactionConflictException', 'Transaction is ongoing for the item');

const checkSize = (targets: readonly Target[], keys: readonly string[], batch: readonly Write[]): void => {
  const written = new Map(batch.map((write) => [write.key, write.type === 'put' ? (write.value as Item) : undefined]));
  const sizeBytes = targets.reduce(
    (sum, { data }, at) => sum + database.itemSize(written.get(keys[at] ?? '') ?? data.Key ?? {}),
    0,
  );
  if (sizeBytes > transactionBytesMax) {
    throw database.validationError('Transaction request size cannot exceed 4 MB');
  }
};

interface Target extends ItemWrite {
  readonly table: Table;
  readonly key: string;
}

const targetOf = async (store: Store, write: ItemWrite): Promise<Target> => {
  const { Item: item, Key: key = {}, TableName } = write.data;
  const table = await getTable(store, TableName);
  const invalid = item ? database.validateItem(item, table) : database.validateKey(key, table);
  if (invalid) {
    throw invalid;
  }
  return { ...write, table, key: database.createKey(item ?? key, table) };
};

/** Runs an action against the one item that it is about, and collects its writes. */
const compute = (store: Store, target: Target, existing: Item | undefined, batch: Write[]): Promise<Outcome> => {
  const { action, data, table } = target;
  const collect = (prefix: string): Entries => ({
    // The lock is held already.
    lock: (_key, work) => work((callback) => callback),
    get: (_key, callback) => callback(null, existing),
    put: (key, value, callback) => {
      batch.push({ type: 'put', key: prefix + key, value });
      callback();
    },
    del: (key, callback) => {
      batch.push({ type: 'del', key: prefix + key });
      callback();
    },
  });
  const shadow: Store = {
    ...store,
    getTable: (_name: string, ...rest: unknown[]) => (rest.at(-1) as (error: null, table: Table) => void)(null, table),
    getItemDb: (name) => collect(itemPrefix(name)),
    getIndexDb: (type, name, index) => collect(indexPrefix(type, name, index)),
  };
  return new Promise((resolve, reject) => {
    try {
      action(shadow, data, (error, result) => {
        resolve(error ? { error } : { result: result ?? {} });
      });
    } catch (error) {
      reject(error instanceof Error ? error : new Error('an action threw something else than an error'));
    }
  });
};
