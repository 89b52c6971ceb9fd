import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import type { CreditAccount } from './credit-account.ts';

const key = (tenant: string) => ({ pk: `T#${tenant}`, sk: 'CREDITS' });

/** Credit accounts in the billing table, one item each. */
export class DynamoDBCredits {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** The tenant's account, an empty one to begin with. Read consistently. */
  async find(tenant: string): Promise<CreditAccount> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall(key(tenant)), ConsistentRead: true }),
    );
    if (Item === undefined) return { version: 0, grants: [], holds: {} };
    const { pk: _, sk: __, ...account } = unmarshall(Item);
    return account as CreditAccount;
  }

  /** Replaces the account that `next` was made from; false when it is another by now. */
  async replace(tenant: string, next: CreditAccount): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshall({ ...key(tenant), ...next }),
          ConditionExpression: next.version === 1 ? 'attribute_not_exists(pk)' : 'version = :before',
          ...(next.version === 1 ? {} : { ExpressionAttributeValues: marshall({ ':before': next.version - 1 }) }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }
}
