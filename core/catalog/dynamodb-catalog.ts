import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemClient } from '../storage/item-client.ts';
import type { Catalog, ModelSummary } from './catalog.ts';
import { catalogKey } from './catalog-key.ts';
import { modelNamePattern } from './model-name-pattern.ts';
import type { ModelVersion } from './model-version.ts';
import { fromVersionItem } from './version-item.ts';
import { versionPattern } from './version-pattern.ts';

type Reads = Pick<ItemClient, 'getItem' | 'query'>;

/** READY versions kept in memory. A manifest is at most 100 kB, mostly far less. */
const keptMax = 64;

/**
 * The registry of models in DynamoDB, to read. READY is final and such a version never changes, so it is read once per process:
 * after that, finding the live version costs one small GetItem (its pointer) and finding a named one costs nothing.
 * Needs `dynamodb:GetItem` and `dynamodb:Query` on the catalogue table.
 */
export class DynamoDBCatalog implements Catalog {
  readonly #client: Reads;
  readonly #table: string;
  readonly #ready = new Map<string, ModelVersion>();

  constructor(client: Reads, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Sorted by name. */
  async list(): Promise<readonly ModelSummary[]> {
    const models: ModelSummary[] = [];
    for await (const item of this.#query(catalogKey.models, true)) {
      const { model, liveVersion, task, description } = unmarshall(item) as ModelSummary;
      models.push({ model, ...(liveVersion === undefined ? {} : { liveVersion }), task, description });
    }
    return models;
  }

  async find(model: string, version?: string): Promise<ModelVersion | undefined> {
    if (!modelNamePattern.test(model)) return undefined;
    const wanted = version ?? (await this.liveVersion(model));
    if (wanted === undefined || !versionPattern.test(wanted)) return undefined;
    const key = `${model}/${wanted}`;
    const kept = this.#ready.get(key);
    if (kept !== undefined) return kept;
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: catalogKey.version(model, wanted),
      // Since the pointer may be read from a replica that is ahead of another one.
      ConsistentRead: true,
    });
    if (Item === undefined) return undefined;
    const found = fromVersionItem(Item);
    if (found.state === 'READY') this.#keep(key, found);
    return found;
  }

  async versions(model: string): Promise<readonly ModelVersion[]> {
    if (!modelNamePattern.test(model)) return [];
    const versions: ModelVersion[] = [];
    for await (const item of this.#query(catalogKey.versions(model), false)) versions.push(fromVersionItem(item));
    return versions;
  }

  /** The version that serves when a request names none. */
  async liveVersion(model: string): Promise<string | undefined> {
    if (!modelNamePattern.test(model)) return undefined;
    const { Item } = await this.#client.getItem({ TableName: this.#table, Key: catalogKey.model(model) });
    return Item === undefined ? undefined : (unmarshall(Item) as ModelSummary).liveVersion;
  }

  /** The items of a partition, page after page. */
  async *#query(partition: string, ascending: boolean): AsyncGenerator<Record<string, AttributeValue>, void> {
    let next: Record<string, AttributeValue> | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.#client.query({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': partition }),
        ScanIndexForward: ascending,
        ExclusiveStartKey: next,
      });
      yield* Items ?? [];
      next = LastEvaluatedKey;
    } while (next !== undefined);
  }

  #keep(key: string, version: ModelVersion): void {
    if (this.#ready.size >= keptMax) {
      for (const oldest of this.#ready.keys()) {
        this.#ready.delete(oldest);
        break;
      }
    }
    this.#ready.set(key, version);
  }
}
