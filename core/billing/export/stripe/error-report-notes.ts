import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { errorReportPartition } from './error-report-partition.ts';

/**
 * Stripe's events that say that usage does not count, by their ids, until the next export looks into them. What is in an event is fetched
 * from Stripe by who has the API key, which the webhook that anybody can call has not.
 */
export class ErrorReportNotes {
  readonly #client: DynamoDB;
  readonly #table: string;

  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** An event that was noted already is noted once. Needs `dynamodb:PutItem`. */
  async put(eventId: string, at: Date): Promise<void> {
    await this.#client.putItem({
      TableName: this.#table,
      Item: marshall({ pk: errorReportPartition, sk: eventId, receivedAt: at.toISOString() }),
    });
  }

  /** Needs `dynamodb:Query`. */
  async *list(): AsyncGenerator<string, void> {
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': errorReportPartition }),
      },
    )) {
      for (const item of Items) yield String(unmarshall(item)['sk']);
    }
  }

  /** Needs `dynamodb:DeleteItem`. */
  async remove(eventId: string): Promise<void> {
    await this.#client.deleteItem({
      TableName: this.#table,
      Key: marshall({ pk: errorReportPartition, sk: eventId }),
    });
  }
}
