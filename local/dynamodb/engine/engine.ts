import { type Action, actionOf, type Data, replaceAction, type Store } from './dynalite.ts';
import { ensureTable } from './ensure-table.ts';
import { getTable } from './get-table.ts';
import { KeyLocks } from './key-locks.ts';
import { returnFailedItem } from './return-failed-item.ts';
import { runAction } from './run-action.ts';
import { sweep } from './sweep.ts';
import type { TableDefinition } from './table-definition.ts';
import { describeTimeToLive } from './time-to-live.ts';
import { transactGet } from './transact-get.ts';
import { transactWrite } from './transact-write.ts';
import { validate } from './validate.ts';
import { writeItems } from './write-items.ts';

type Operation = (input: Record<string, unknown>) => Promise<unknown>;

/** DynamoDB's operations over a store: dynalite's reads, its writes made atomic, and what it lacks. One per process: it patches dynalite. */
export class Engine {
  readonly #store: Store;
  readonly #locks = new KeyLocks();
  readonly #operations: ReadonlyMap<string, Operation>;

  constructor(store: Store) {
    this.#store = store;
    returnFailedItem();
    const writes = new Map(['putItem', 'updateItem', 'deleteItem'].map((name) => [name, this.#atomic(actionOf(name))]));
    for (const name of ['putItem', 'deleteItem']) {
      // BatchWriteItem requires these two by itself.
      replaceAction(name, writes.get(name) ?? actionOf(name));
    }
    const dynalite = (name: string, action: Action): [string, Operation] => [
      `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      async (input) => runAction(action, store, validate(store, name, input)),
    ];
    this.#operations = new Map<string, Operation>([
      ...['getItem', 'query', 'scan', 'batchGetItem', 'batchWriteItem', 'describeTable'].map((name) =>
        dynalite(name, actionOf(name)),
      ),
      ...[...writes].map(([name, action]) => dynalite(name, action)),
      ['TransactWriteItems', (input) => transactWrite(store, this.#locks, input)],
      ['TransactGetItems', (input) => transactGet(store, this.#locks, input)],
      ['DescribeTimeToLive', (input) => describeTimeToLive(store, validate(store, 'describeTable', input).TableName)],
      ['DescribeContinuousBackups', (input) => this.#continuousBackups(validate(store, 'describeTable', input))],
      // Not DynamoDB's: what its parent asks for a template's sake.
      ['EnsureTable', (input) => ensureTable(store, input as unknown as TableDefinition)],
    ]);
  }

  /**
   * @returns the operation's output
   * @throws DynaliteError for the client's mistakes
   */
  run(operation: string, input: Record<string, unknown>): Promise<unknown> {
    const run = this.#operations.get(operation);
    return run ? run(input) : Promise.reject(new Error(`the engine has no operation ${operation}`));
  }

  sweep(nowMs: number): Promise<void> {
    return sweep(this.#store, this.#locks, nowMs);
  }

  #atomic(action: Action): Action {
    return (store, data: Data, callback) => {
      writeItems(store, this.#locks, [{ action, data }]).then(
        ([outcome]) => {
          const { error, result } = { error: undefined, result: undefined, ...outcome };
          // Outside of the promise, so that what the callback throws is not taken for a failed write.
          setImmediate(callback, error, result);
        },
        (error: unknown) => setImmediate(callback, error),
      );
    };
  }

  async #continuousBackups({ TableName }: Data): Promise<unknown> {
    await getTable(this.#store, TableName);
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    };
  }
}
