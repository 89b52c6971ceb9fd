import { createHash } from 'node:crypto';
import type { Store, Write } from './dynalite.ts';
import { EngineError } from './engine-error.ts';
import { under } from './prefixes.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#DDB-TransactWriteItems-request-ClientRequestToken */
const validMs = 10 * 60 * 1000;
const prefix = 'request-token~';

interface Remembered {
  readonly digest: string;
  readonly untilMs: number;
}

/**
 * Looks for an earlier transaction with this token. The token is kept in the same batch as the transaction's writes, so that a retry
 * after a crash finds it exactly if the transaction happened.
 *
 * @returns the record to write along with the transaction, or undefined when it has happened already
 * @throws EngineError IdempotentParameterMismatchException when the token came with other items
 */
export const claimToken = async (store: Store, token: string, items: unknown): Promise<Write | undefined> => {
  const key = prefix + token;
  const digest = createHash('sha256').update(JSON.stringify(items)).digest('hex');
  const earlier = (await store.db.get(key)) as Remembered | undefined;
  if (earlier === undefined || earlier.untilMs < Date.now()) {
    return { type: 'put', key, value: { digest, untilMs: Date.now() + validMs } satisfies Remembered };
  }
  if (earlier.digest !== digest) {
    throw new EngineError(
      'IdempotentParameterMismatchException',
      'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
    );
  }
  return undefined;
};

/** Drops the tokens whose time is over. */
export const forgetTokens = async (store: Store): Promise<void> => {
  const over: Write[] = [];
  for await (const [key, value] of store.db.iterator(under(prefix))) {
    if ((value as Remembered).untilMs < Date.now()) {
      over.push({ type: 'del', key });
    }
  }
  if (over.length > 0) {
    await store.db.batch(over);
  }
};
