import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Destination } from './destination.ts';
import { exportKeys } from './outbox/export-keys.ts';

/** A destination that is connected. No secret is in it. */
export interface Connection {
  readonly destination: Destination;
  /** What its document says, without the secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** RFC 3339 */
  readonly connectedAt: string;
  /** Who did it: an IAM identity. */
  readonly connectedBy: string;
}

/** The destinations that are connected: in the table `exports`, read consistently. */
export class Connections {
  readonly #client: DynamoDB;
  readonly #table: string;

  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async list(): Promise<readonly Connection[]> {
    const found: Connection[] = [];
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': exportKeys.connections }),
      },
    )) {
      for (const item of Items) {
        const { pk: _, sk: __, ...connection } = unmarshall(item);
        found.push(connection as Connection);
      }
    }
    return found;
  }

  async put(connection: Connection): Promise<void> {
    await this.#client.putItem({
      TableName: this.#table,
      Item: marshall(
        { pk: exportKeys.connections, sk: connection.destination, ...connection },
        { removeUndefinedValues: true },
      ),
    });
  }

  async remove(destination: Destination): Promise<void> {
    await this.#client.deleteItem({
      TableName: this.#table,
      Key: marshall({ pk: exportKeys.connections, sk: destination }),
    });
  }
}
