import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../../storage/is-condition-failed.ts';
import type { Destination } from '../destination.ts';
import type { TenantLink } from '../tenant-link.ts';
import { exportKeys } from './export-keys.ts';

/** A link as it is stored. */
export type StoredLink = TenantLink & {
  /** RFC 3339 */
  readonly linkedAt: string;
  /** The first hour of which the outbox may not know yet; absent when it knows all. */
  readonly catchUpFrom?: string;
  /** RFC 3339: when the look that comes to it began with the link's first hour; absent when none is under way. */
  readonly catchUpSince?: string;
};

/** How far a link has been caught up with. */
interface CatchUp {
  /** The first hour that has not. */
  readonly from: string;
  /** When the look began that goes on from there; absent for one that is yet to begin. */
  readonly since?: Date;
  /** When to go on. */
  readonly dueAt: Date;
}

/** Who tenants are at the destinations: in the table `exports`, read consistently. */
export class ExportLinks {
  readonly #client: DynamoDB;
  readonly #table: string;

  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async find(tenant: string, destination: Destination): Promise<StoredLink | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.link(destination) }),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : linkOf(unmarshall(Item));
  }

  /** The tenant's links, by destination. */
  async list(tenant: string): Promise<readonly StoredLink[]> {
    const links: StoredLink[] = [];
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :links)',
        ExpressionAttributeValues: marshall({ ':pk': exportKeys.partition(tenant), ':links': exportKeys.links }),
      },
    )) {
      links.push(...Items.map((item) => linkOf(unmarshall(item))));
    }
    return links;
  }

  /** The first hour that the destination was told of, or was to be, under whatever link; absent: none ever was. */
  async toldFrom(tenant: string, destination: Destination): Promise<string | undefined> {
    const { Items = [] } = await this.#client.query({
      TableName: this.#table,
      ConsistentRead: true,
      Limit: 1,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :rows)',
      ExpressionAttributeNames: { '#hour': 'hour' },
      ProjectionExpression: '#hour',
      ExpressionAttributeValues: marshall({
        ':pk': exportKeys.partition(tenant),
        ':rows': exportKeys.row(destination, ''),
      }),
    });
    return Items[0] === undefined ? undefined : String(unmarshall(Items[0])['hour']);
  }

  /**
   * Makes or replaces a link. The export catches up by itself with the hours since `from` that are closed already: it finds the link where
   * it finds rows that wait.
   */
  async put(link: TenantLink, at: Date): Promise<void> {
    const { tenant, destination, from } = link;
    await this.#client.putItem({
      TableName: this.#table,
      Item: marshall({
        pk: exportKeys.partition(tenant),
        sk: exportKeys.link(destination),
        ...link,
        linkedAt: at.toISOString(),
        catchUpFrom: from,
        due: exportKeys.due(destination),
        dueAt: at.toISOString(),
      }),
    });
  }

  /** What waits for a tenant that is no longer linked is dropped by the next export. */
  async remove(tenant: string, destination: Destination): Promise<void> {
    await this.#client.deleteItem({
      TableName: this.#table,
      Key: marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.link(destination) }),
    });
  }

  /** Notes how far a link has been caught up with. @param to undefined at the end */
  async caughtUp({ tenant, destination, linkedAt }: StoredLink, to: CatchUp | undefined): Promise<void> {
    const began = to?.since;
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.link(destination) }),
        UpdateExpression:
          to === undefined
            ? 'REMOVE catchUpFrom, catchUpSince, due, dueAt'
            : `SET catchUpFrom = :from, dueAt = :dueAt${began === undefined ? ' REMOVE catchUpSince' : ', catchUpSince = :since'}`,
        // Not when the tenant was linked anew meanwhile, or not at all.
        ConditionExpression: 'linkedAt = :linkedAt',
        ExpressionAttributeValues: marshall({
          ':linkedAt': linkedAt,
          ...(to === undefined ? {} : { ':from': to.from, ':dueAt': to.dueAt.toISOString() }),
          ...(began === undefined ? {} : { ':since': began.toISOString() }),
        }),
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}

function linkOf(item: Record<string, unknown>): StoredLink {
  const { pk: _, sk: __, due: ___, dueAt: ____, ...link } = item;
  return link as unknown as StoredLink;
}
