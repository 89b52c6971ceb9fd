import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import { catalogKey } from './catalog-key.ts';
import type { ModelVersion, VersionState } from './model-version.ts';
import { fromVersionItem, toVersionItem } from './version-item.ts';

/** What there is to know of a version without reading its manifest. */
export interface KnownVersion {
  readonly version: string;
  readonly fingerprint: string;
}

/** The registry of models in DynamoDB, to write. */
export class DynamoDBRegistry {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** All versions of a model, oldest first. Read consistently: the next number is made from it. */
  async known(model: string): Promise<readonly KnownVersion[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ProjectionExpression: '#version, fingerprint',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: marshall({ ':pk': catalogKey.versions(model) }),
      },
    );
    const versions: KnownVersion[] = [];
    for await (const { Items } of pages) {
      for (const item of Items ?? []) versions.push(unmarshall(item) as KnownVersion);
    }
    return versions;
  }

  /** The version as it is now. Rejects when there is none. */
  async version(model: string, version: string): Promise<ModelVersion> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: catalogKey.version(model, version), ConsistentRead: true }),
    );
    if (Item === undefined) throw new Error(`version ${version} of ${model} is gone`);
    return fromVersionItem(Item);
  }

  /** Stores a new version. False when its number is taken. */
  async add(version: ModelVersion, fingerprint: string): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toVersionItem(version, fingerprint),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  /** Makes the model appear in the list. One that does keeps what it says until another version goes live. */
  async list({ model, manifest }: ModelVersion): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: catalogKey.model(model),
        UpdateExpression:
          'SET model = :model, task = if_not_exists(task, :task), description = if_not_exists(description, :description)',
        ExpressionAttributeValues: marshall({
          ':model': model,
          ':task': manifest.task,
          ':description': manifest.description,
        }),
      }),
    );
  }

  /** Moves a version on and gives it as it then is. READY is final: once there, it stays, whatever a slower check found. */
  async setState(model: string, version: string, state: VersionState, reason?: string): Promise<ModelVersion> {
    const set = reason === undefined ? 'SET #state = :state REMOVE reason' : 'SET #state = :state, reason = :reason';
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: catalogKey.version(model, version),
          UpdateExpression: set,
          ConditionExpression: 'attribute_exists(pk) AND #state <> :ready',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: marshall(
            { ':state': state, ':ready': 'READY', ':reason': reason },
            { removeUndefinedValues: true },
          ),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return fromVersionItem(Attributes ?? {});
    } catch (error) {
      if (isConditionFailed(error)) return this.version(model, version);
      throw error;
    }
  }

  /**
   * Points the model at a READY version, unless a later one is live: checks that end in the wrong order, or that are repeated at
   * each start of a deployment, must not bring an old version back.
   *
   * @returns whether the version is live now
   */
  async goLive({ model, version, manifest }: ModelVersion): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: catalogKey.model(model),
          UpdateExpression:
            'SET model = :model, liveVersion = :version, liveNumber = :number, task = :task, description = :description',
          ConditionExpression: 'attribute_not_exists(liveNumber) OR liveNumber <= :number',
          ExpressionAttributeValues: marshall({
            ':model': model,
            ':version': version,
            ':number': Number(version),
            ':task': manifest.task,
            ':description': manifest.description,
          }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }
}
