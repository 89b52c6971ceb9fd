import { type Action, actionOf, type Data, database, isDynaliteError, type Store } from './dynalite.ts';
import { type CancellationReason, EngineError } from './engine-error.ts';
import type { KeyLocks } from './key-locks.ts';
import { claimToken } from './request-tokens.ts';
import { transactItems } from './transact-items.ts';
import { validate } from './validate.ts';
import { type ItemWrite, type Outcome, writeItems } from './write-items.ts';

/** Reads the item and writes nothing. */
const conditionCheck: Action = (store, data, callback) =>
  store.getItemDb(data.TableName).get('', (_, existing) => {
    callback(database.checkConditional(data, existing), {});
  });

/** Which action does a part, and whose input it takes: a condition check's is that of a deletion. */
const parts: Readonly<Record<string, { readonly action: Action; readonly input: string }>> = {
  ConditionCheck: { action: conditionCheck, input: 'deleteItem' },
  Put: { action: actionOf('putItem'), input: 'putItem' },
  Update: { action: actionOf('updateItem'), input: 'updateItem' },
  Delete: { action: actionOf('deleteItem'), input: 'deleteItem' },
};

/**
 * TransactWriteItems: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 *
 * @throws DynaliteError ValidationException, TransactionCanceledException with a reason for each item,
 * IdempotentParameterMismatchException
 */
export const transactWrite = async (
  store: Store,
  locks: KeyLocks,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const items = transactItems(input, Object.keys(parts));
  const token = input['ClientRequestToken'] ?? undefined;
  if (token !== undefined && !(typeof token === 'string' && /^.{1,36}$/s.test(token))) {
    throw database.validationError('ClientRequestToken must be a text of 1 to 36 characters');
  }
  // Two requests with one token take turns, so that the second finds what the first remembers.
  const turn = token === undefined ? [] : [`request-token~${token}`];
  return locks.hold(turn, async () => {
    const record = token === undefined ? undefined : await claimToken(store, token, items);
    if (token !== undefined && record === undefined) {
      return {};
    }
    const writes = items.map(({ part, input: item }) => toWrite(store, part, item));
    const outcomes = await writeItems(store, locks, writes, { extra: record ? [record] : [] });
    if (outcomes.some((outcome) => 'error' in outcome)) {
      throw cancelled(outcomes.map(reasonOf));
    }
    return {};
  });
};

const toWrite = (store: Store, part: string, input: unknown): ItemWrite => {
  const { action, input: name } = parts[part] ?? { action: conditionCheck, input: 'deleteItem' };
  const data: Data = validate(store, name, input);
  if (part === 'ConditionCheck' && data['ConditionExpression'] === undefined) {
    throw database.validationError('ConditionExpression must be specified in a ConditionCheck');
  }
  if (part === 'Update' && data['UpdateExpression'] === undefined) {
    throw database.validationError('UpdateExpression must be specified in an Update');
  }
  return { action, data };
};

const cancelled = (reasons: CancellationReason[]): EngineError =>
  new EngineError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    reasons,
  );

/** What cancels a transaction, by the error that a write of its own gets. */
const codes: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  TransactionConflictException: 'TransactionConflict',
};

const reasonOf = (outcome: Outcome): CancellationReason => {
  if ('result' in outcome) {
    return { Code: 'None' };
  }
  const { error } = outcome;
  if (!isDynaliteError(error)) {
    throw error;
  }
  const { __type, message = '', Item } = error.body;
  return { Code: codes[__type.split('#')[1] ?? ''] ?? 'ValidationError', Message: message, ...(Item && { Item }) };
};
