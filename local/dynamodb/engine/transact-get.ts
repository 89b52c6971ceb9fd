import { actionOf, database, type Store } from './dynalite.ts';
import { getTable } from './get-table.ts';
import type { KeyLocks } from './key-locks.ts';
import { itemPrefix } from './prefixes.ts';
import { runAction } from './run-action.ts';
import { transactItems } from './transact-items.ts';
import { validate } from './validate.ts';

const getItem = actionOf('getItem');

/**
 * TransactGetItems: reads items as they were at one moment.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
 *
 * @throws DynaliteError ValidationException, ResourceNotFoundException
 */
export const transactGet = async (
  store: Store,
  locks: KeyLocks,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const reads = transactItems(input, ['Get']).map((item) => validate(store, 'getItem', item.input));
  const keys = new Set<string>();
  for (const data of reads) {
    const table = await getTable(store, data.TableName);
    const invalid = database.validateKey(data.Key ?? {}, table);
    if (invalid) {
      throw invalid;
    }
    keys.add(itemPrefix(data.TableName) + database.createKey(data.Key ?? {}, table));
  }
  if (keys.size < reads.length) {
    throw database.validationError('Transaction request cannot include multiple operations on one item');
  }
  return locks.hold([...keys], async () => ({
    Responses: await Promise.all(reads.map((data) => runAction(getItem, store, data))),
  }));
};
