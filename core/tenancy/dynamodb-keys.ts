import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { KeyRecord } from './key-record.ts';

/** The keys table. */
export class DynamoDBKeys {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /**
   * The key with this id. Read consistently: right after a revocation an eventually consistent read may still find the key active,
   * and the gateway would then cache that answer.
   */
  async find(keyId: string): Promise<KeyRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall({ keyId }), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : (unmarshall(Item) as KeyRecord);
  }

  /** Stores a new key; twice is once, since the SDK may repeat it. Rejects when another key has the id. */
  async add(record: KeyRecord): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: marshall(record, { removeUndefinedValues: true }),
        ConditionExpression: 'attribute_not_exists(keyId) OR digest = :digest',
        ExpressionAttributeValues: marshall({ ':digest': record.digest }),
      }),
    );
  }

  /** A tenant's keys, oldest first. Through an index, so a key of the last second may be missing. */
  async ofTenant(tenant: string): Promise<readonly KeyRecord[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        IndexName: 'by-tenant',
        KeyConditionExpression: 'tenant = :tenant',
        ExpressionAttributeValues: marshall({ ':tenant': tenant }),
      },
    );
    const keys: KeyRecord[] = [];
    for await (const { Items } of pages) {
      for (const item of Items ?? []) keys.push(unmarshall(item) as KeyRecord);
    }
    return keys;
  }

  /** Revokes a key of this tenant, again if need be (the first time stays recorded). Undefined when the tenant has no such key. */
  revoke(tenant: string, keyId: string, at: Date): Promise<KeyRecord | undefined> {
    return this.#update(keyId, {
      UpdateExpression: 'SET #status = :revoked, revokedAt = if_not_exists(revokedAt, :at)',
      ConditionExpression: 'tenant = :tenant',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({ ':revoked': 'revoked', ':at': at.toISOString(), ':tenant': tenant }),
    });
  }

  /** Notes the minute in which a key was used, once a minute for all who try. */
  async noteUse(keyId: string, minute: string): Promise<void> {
    await this.#update(keyId, {
      UpdateExpression: 'SET lastUsedAt = :minute',
      ConditionExpression: 'attribute_exists(keyId) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :minute)',
      ExpressionAttributeValues: marshall({ ':minute': minute }),
    });
  }

  /** Lets an active key expire in favour of another. Undefined when it is not the tenant's, revoked, or replaced already. */
  replace(tenant: string, keyId: string, replacedBy: string, expiresAt: Date): Promise<KeyRecord | undefined> {
    return this.#update(keyId, {
      UpdateExpression: 'SET expiresAt = :expiresAt, replacedBy = :replacedBy',
      ConditionExpression: 'tenant = :tenant AND #status = :active AND attribute_not_exists(replacedBy)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({
        ':expiresAt': expiresAt.toISOString(),
        ':replacedBy': replacedBy,
        ':tenant': tenant,
        ':active': 'active',
      }),
    });
  }

  /** Removes a key that nobody was ever given. */
  async discard(keyId: string): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: marshall({ keyId }) }));
  }

  async #update(keyId: string, change: Partial<UpdateItemCommandInput>): Promise<KeyRecord | undefined> {
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({ TableName: this.#table, Key: marshall({ keyId }), ReturnValues: 'ALL_NEW', ...change }),
      );
      return unmarshall(Attributes ?? {}) as KeyRecord;
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }
}
