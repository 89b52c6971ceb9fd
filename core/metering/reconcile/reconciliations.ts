import { type DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ReconciledHour } from './reconciled-hour.ts';

/** How long results are kept, in seconds: 400 days, as long as a year's bill may be disputed. */
const keptSeconds = 400 * 86_400;

const pkOf = (tenant: string | undefined): string => (tenant === undefined ? 'ALL' : `T#${tenant}`);

/** What reconciling found, in DynamoDB. Reading needs `dynamodb:GetItem` and `Query` on their table, writing `PutItem`. */
export class Reconciliations {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Keeps a result, in place of an earlier one of the hour. */
  async set(result: ReconciledHour): Promise<void> {
    const expiresAt = Math.floor(Date.parse(result.reconciledAt) / 1000) + keptSeconds;
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: marshall({ pk: pkOf(result.tenant), sk: result.hour, expiresAt, result }),
      }),
    );
  }

  /** The result of an hour; undefined when there is none, as for a tenant that used nothing. */
  async find(tenant: string | undefined, hour: string): Promise<ReconciledHour | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: marshall({ pk: pkOf(tenant), sk: hour }),
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : (unmarshall(Item) as { result: ReconciledHour }).result;
  }

  /** The results of all tenants together from one hour on, oldest first. */
  async since(hour: string): Promise<readonly ReconciledHour[]> {
    const results: ReconciledHour[] = [];
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk >= :hour',
        ExpressionAttributeValues: marshall({ ':pk': pkOf(undefined), ':hour': hour }),
      },
    )) {
      for (const item of Items) results.push((unmarshall(item) as { result: ReconciledHour }).result);
    }
    return results;
  }
}
