import { DeleteItemCommand, type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { exportKeys } from './export-keys.ts';

/**
 * Removes a tenant's links and rows from the table `exports`. What the Marketplace was told stays there, as invoices do: it says who collected
 * the money of a month.
 *
 * Needs `dynamodb:Query` and `DeleteItem` on it.
 */
export class ForgetExports {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Links first, so that no hour begins to wait while rows are removed. */
  async of(tenant: string): Promise<void> {
    for (const prefix of [exportKeys.links, exportKeys.rows]) {
      for await (const { Items = [] } of paginateQuery(
        { client: this.#client },
        {
          TableName: this.#table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ProjectionExpression: 'pk, sk',
          ExpressionAttributeValues: marshall({ ':pk': exportKeys.partition(tenant), ':prefix': prefix }),
        },
      )) {
        for (const Key of Items) await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key }));
      }
    }
  }
}
