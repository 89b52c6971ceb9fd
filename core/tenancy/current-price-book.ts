import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** How long a version is taken for the current one without asking again. */
const rememberedMs = 60_000;

/**
 * Which price book is in force, by the item that publishing one leaves in the billing table. Asked once a minute, beside the tenant, so
 * that authorizing costs no time more.
 */
export class CurrentPriceBook {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #now: () => Date;
  #known: { readonly version: string | undefined; readonly until: number } | undefined;

  constructor(client: DynamoDBClient, tableName: string, now: () => Date) {
    this.#client = client;
    this.#table = tableName;
    this.#now = now;
  }

  /**
   * The version; undefined when none was published. When the table cannot be asked, the last known one goes on: prices change seldom, and
   * a book that ends up named too late is a minute's difference.
   *
   * @throws when the table cannot be asked and never could
   */
  async version(): Promise<string | undefined> {
    const now = this.#now().getTime();
    if (this.#known !== undefined && now < this.#known.until) return this.#known.version;
    try {
      const { Item } = await this.#client.send(
        new GetItemCommand({ TableName: this.#table, Key: marshall({ pk: 'PRICE_BOOKS', sk: 'CURRENT' }) }),
      );
      const version = Item === undefined ? undefined : (unmarshall(Item) as { readonly version: string }).version;
      this.#known = { version, until: now + rememberedMs };
      return version;
    } catch (error) {
      if (this.#known === undefined) throw error;
      return this.#known.version;
    }
  }
}
