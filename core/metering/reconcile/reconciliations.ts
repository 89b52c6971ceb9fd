import { type DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ReconciledHour } from './reconciled-hour.ts';

/** How long results are kept, in seconds: 400 days, as long as a year's bill may be disputed. */
const keptSeconds = 400 * 86_400;
/** How long it is kept when hours were begun: longer than any is looked at. */
const begunKeptSeconds = 30 * 86_400;

const pkOf = (tenant: string | undefined): string => (tenant === undefined ? 'ALL' : `T#${tenant}`);
const begunPk = 'BEGUN';

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
    await this.#put({ pk: pkOf(result.tenant), sk: result.hour, expiresAt, result });
  }

  /** Notes that an hour is begun: also of a run that dies it is then known what it was at. */
  async begin(hour: string, at: Date): Promise<void> {
    const expiresAt = Math.floor(at.getTime() / 1000) + begunKeptSeconds;
    await this.#put({ pk: begunPk, sk: hour, expiresAt, begunAt: at.toISOString() });
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
    const items = await this.#from<{ readonly result: ReconciledHour }>(pkOf(undefined), hour);
    return items.map(({ result }) => result);
  }

  /** When hours were last begun, in RFC 3339, from one hour on. */
  async begunSince(hour: string): Promise<ReadonlyMap<string, string>> {
    const items = await this.#from<{ readonly sk: string; readonly begunAt: string }>(begunPk, hour);
    return new Map(items.map(({ sk, begunAt }) => [sk, begunAt]));
  }

  async #put(item: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: marshall(item) }));
  }

  async #from<Item>(pk: string, hour: string): Promise<Item[]> {
    const found: Item[] = [];
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk >= :hour',
        ExpressionAttributeValues: marshall({ ':pk': pk, ':hour': hour }),
      },
    )) {
      for (const item of Items) found.push(unmarshall(item) as Item);
    }
    return found;
  }
}
