import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemClient } from '../storage/item-client.ts';
import { limitKey } from './limit-key.ts';
import type { LimitOverrides } from './limit-overrides.ts';

/** What operators have set for single tenants, in the table `limits`. Needs `dynamodb:GetItem`; to write, `dynamodb:PutItem`. */
export class DynamoDBLimitOverrides {
  readonly #client: Pick<ItemClient, 'getItem' | 'putItem'>;
  readonly #table: string;

  constructor(client: Pick<ItemClient, 'getItem' | 'putItem'>, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /**
   * An empty one for a tenant that nobody has set anything for.
   *
   * @param consistent whether what was written this moment has to be seen
   */
  async find(tenant: string, consistent = false): Promise<LimitOverrides> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: limitKey.overrides(tenant),
      ConsistentRead: consistent,
    });
    return Item === undefined ? {} : (unmarshall(Item)['overrides'] as LimitOverrides);
  }

  /** Written whole: of two operators at once the later one counts. */
  async set(tenant: string, overrides: LimitOverrides): Promise<void> {
    await this.#client.putItem({
      TableName: this.#table,
      Item: { ...limitKey.overrides(tenant), ...marshall({ overrides }, { removeUndefinedValues: true }) },
    });
  }
}
