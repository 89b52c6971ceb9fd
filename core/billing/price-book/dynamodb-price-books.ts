import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import type { ItemClient } from '../../storage/item-client.ts';
import { queryPages } from '../../storage/query-pages.ts';
import type { PriceBook } from './price-book.ts';
import { priceBooksPartition } from './price-books-partition.ts';
import type { PublishedPriceBook } from './published-price-book.ts';

const pk = priceBooksPartition;

interface Item {
  readonly sk: string;
  readonly text: string;
  readonly sha256: string;
  readonly publishedAt: string;
}

/**
 * Price books in the billing table: each under its version, which is written once, and `CURRENT` with the version of the newest. The
 * authorizer reads that one, so that each usage event names the book that was in force.
 */
export class DynamoDBPriceBooks {
  readonly #client: Omit<ItemClient, 'getItem'>;
  readonly #table: string;

  constructor(client: Omit<ItemClient, 'getItem'>, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** All of them, in the order in which they were published. Read consistently: what is charged by must be complete. */
  async list(): Promise<readonly PublishedPriceBook[]> {
    const items: Item[] = [];
    for await (const page of queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :version)',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':version': 'V#' }),
    })) {
      for (const item of page) items.push(unmarshall(item) as Item);
    }
    return items
      .map(({ text, sha256, publishedAt }) => ({
        // Checked when it was published, and not changed since.
        book: JSON.parse(text) as PriceBook,
        sha256,
        publishedAt,
      }))
      .sort((a, b) => (`${a.publishedAt} ${a.book.version}` < `${b.publishedAt} ${b.book.version}` ? -1 : 1));
  }

  /** Stores a book under its version, unless there is one already. */
  async add(version: string, text: string, sha256: string, publishedAt: string): Promise<'added' | 'taken'> {
    try {
      await this.#client.putItem({
        TableName: this.#table,
        Item: marshall({ pk, sk: `V#${version}`, text, sha256, publishedAt }),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      return 'added';
    } catch (error) {
      if (isConditionFailed(error)) return 'taken';
      throw error;
    }
  }

  /** Points at the newest book. Two publications at once leave the later one there, whichever comes here first. */
  async setCurrent(version: string, publishedAt: string): Promise<void> {
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk, sk: 'CURRENT' }),
        UpdateExpression: 'SET version = :version, publishedAt = :at',
        ConditionExpression:
          'attribute_not_exists(pk) OR publishedAt < :at OR (publishedAt = :at AND version <= :version)',
        ExpressionAttributeValues: marshall({ ':version': version, ':at': publishedAt }),
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}
