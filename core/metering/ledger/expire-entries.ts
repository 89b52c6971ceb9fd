import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import type { JournalEntry } from './journal-records.ts';

/** At once: some 1,600 a second at 5 ms each, so that what serves the tenant has the most of its partitions' 1,000 writes each. */
const concurrentUpdates = 8;

/**
 * Lets records leave the journal at a moment that is to come. Those that have such a moment keep it, so a run that died goes on where it
 * was. Costs one write each. Needs `dynamodb:UpdateItem` on the usage table.
 *
 * @param expiresAt epoch seconds
 * @returns false when the time ran out before all were done
 */
export async function expireEntries(
  client: Pick<DynamoDB, 'updateItem'>,
  table: string,
  entries: AsyncIterable<readonly JournalEntry[]>,
  expiresAt: number,
  enoughTime: () => boolean,
): Promise<boolean> {
  for await (const page of entries) {
    const keys = page.flatMap((entry) => entry.keys).filter(({ expires }) => !expires);
    const queue = keys.values();
    const work = async (): Promise<void> => {
      for (const { pk, sk } of queue) {
        if (!enoughTime()) return;
        await client
          .updateItem({
            TableName: table,
            Key: marshall({ pk, sk }),
            UpdateExpression: 'SET expiresAt = :at',
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(expiresAt)',
            ExpressionAttributeValues: marshall({ ':at': expiresAt }),
          })
          .catch((error: unknown) => {
            // Another run was here first.
            if (!isConditionFailed(error)) throw error;
          });
      }
    };
    await Promise.all(Array.from({ length: concurrentUpdates }, work));
    if (!enoughTime()) return false;
  }
  return true;
}
