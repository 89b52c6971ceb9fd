import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { rollupKey } from '../rollup-key.ts';
import type { ArchivedHour } from './archived-hour.ts';

/**
 * Which hours lie in the ledger, in which version and with which digests: kept apart from the bucket, so that who can write there cannot
 * make it agree with a changed object. In the rollups table. Needs `dynamodb:GetItem` on it, and to note `PutItem`.
 */
export class LedgerIndex {
  readonly #client: Pick<DynamoDB, 'getItem' | 'putItem'>;
  readonly #table: string;

  constructor(client: Pick<DynamoDB, 'getItem' | 'putItem'>, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Undefined for an hour that is not in the ledger, as far as is known here. */
  async find(tenant: string, hour: string): Promise<ArchivedHour | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.archived(hour) }),
      ConsistentRead: true,
    });
    if (Item === undefined) return undefined;
    const { pk: _, sk: __, ...archived } = unmarshall(Item);
    return archived as ArchivedHour;
  }

  /** Notes what lies in the ledger, over what was noted before. */
  async note(tenant: string, archived: ArchivedHour): Promise<void> {
    await this.#client.putItem({
      TableName: this.#table,
      Item: marshall({ pk: rollupKey.partition(tenant), sk: rollupKey.archived(archived.hour), ...archived }),
    });
  }
}
