import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../../storage/is-condition-failed.ts';
import { queryPages } from '../../../storage/query-pages.ts';
import { exportKeys } from '../outbox/export-keys.ts';
import type { MarketplaceState } from './marketplace-state.ts';

type Client = Pick<DynamoDB, 'query' | 'putItem'>;

/** The states in the table `exports`, one item for a tenant, an account and a license. */
export class MarketplaceStates {
  readonly #client: Client;
  readonly #table: string;

  constructor(client: Client, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** All of a tenant, by account and license. Read consistently. */
  async read(tenant: string): Promise<ReadonlyMap<string, MarketplaceState>> {
    const found = new Map<string, MarketplaceState>();
    for await (const items of queryPages(this.#client, {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :states)',
      ExpressionAttributeValues: marshall({ ':pk': exportKeys.partition(tenant), ':states': prefix }),
    })) {
      for (const item of items) {
        const { sk, state } = unmarshall(item) as { sk: string; state: string };
        found.set(sk.slice(prefix.length), JSON.parse(state) as MarketplaceState);
      }
    }
    return found;
  }

  /**
   * Writes what follows the state that was read.
   *
   * @throws Error when that is not the newest any more: whoever wrote it holds the lease that the caller has lost
   */
  async write(tenant: string, state: MarketplaceState): Promise<MarketplaceState> {
    const next = { ...state, revision: state.revision + 1 };
    try {
      await this.#client.putItem({
        TableName: this.#table,
        Item: marshall({ ...keyOf(tenant, state), revision: next.revision, state: JSON.stringify(next) }),
        ConditionExpression: state.revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :read',
        ...(state.revision === 0 ? {} : { ExpressionAttributeValues: marshall({ ':read': state.revision }) }),
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      throw new Error(`somebody else is telling the Marketplace about ${tenant}`, { cause: error });
    }
    return next;
  }
}

const prefix = 'MP#';

const keyOf = (tenant: string, { account, license }: MarketplaceState) => ({
  pk: exportKeys.partition(tenant),
  sk: `${prefix}${account}#${license}`,
});
