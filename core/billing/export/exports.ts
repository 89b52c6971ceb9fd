import { ConflictError, NotFoundError } from '../../api/maas-error.ts';
import type { ConnectionKind } from './connection-kind.ts';
import type { ConnectionSecrets } from './connection-secrets.ts';
import type { Connection, Connections } from './connections.ts';
import { type Destination, destinations } from './destination.ts';
import { countsOn } from './marketplace/counts-on.ts';
import type { MarketplaceStates } from './marketplace/marketplace-states.ts';
import type { ExportLinks, StoredLink } from './outbox/export-links.ts';
import type { OpenRow, Outbox, OutboxStanding } from './outbox/outbox.ts';
import type { ExportedHour, Settlements } from './outbox/settlements.ts';
import type { TenantLink } from './tenant-link.ts';

/** What operators manage exports with. */
export interface ExportsDependencies {
  readonly kinds: Readonly<Partial<Record<Destination, ConnectionKind>>>;
  readonly connections: Connections;
  readonly secrets: Pick<ConnectionSecrets, 'set'>;
  readonly links: ExportLinks;
  readonly outbox: Outbox;
  readonly settlements: Settlements;
  readonly marketplace: Pick<MarketplaceStates, 'read'>;
  readonly now: () => Date;
}

/** A destination as operators see it. */
export interface DestinationView extends OutboxStanding {
  readonly destination: Destination;
  /** Absent when it is not connected. */
  readonly connection?: Omit<Connection, 'destination'>;
}

/** A tenant's exports as operators see them. */
export interface TenantExportsView {
  readonly tenant: string;
  readonly links: readonly StoredLink[];
  /** What was not delivered. */
  readonly rows: readonly OpenRow[];
}

/** What stands in a secret of a destination that is disconnected: Secrets Manager keeps no empty one. */
const forgotten = 'disconnected';

/** The operators' side of exports: which destinations there are, who tenants are there, and what became of their usage. */
export class Exports {
  readonly #dependencies: ExportsDependencies;

  constructor(dependencies: ExportsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Every destination that can be connected. */
  async list(): Promise<readonly DestinationView[]> {
    const { kinds, connections, outbox } = this.#dependencies;
    const connected = new Map((await connections.list()).map((connection) => [connection.destination, connection]));
    const known = destinations.filter((destination) => kinds[destination] !== undefined);
    return Promise.all(
      known.map(async (destination) => {
        const { destination: _, ...connection } = connected.get(destination) ?? {};
        const standing = await outbox.standing(destination);
        return {
          destination,
          ...('settings' in connection ? { connection: connection as Omit<Connection, 'destination'> } : {}),
          ...standing,
        };
      }),
    );
  }

  /** Connects a destination, or connects it anew. @param document as its kind's schema has it */
  async connect(destination: Destination, document: Readonly<Record<string, unknown>>, by: string): Promise<void> {
    const { connections, secrets, now } = this.#dependencies;
    const fields = this.#secretFields(destination);
    // First of all: whoever finds the connection finds its secrets.
    for (const field of fields) await secrets.set(destination, field, String(document[field]));
    const settings = Object.fromEntries(Object.entries(document).filter(([field]) => !fields.includes(field)));
    await connections.put({ destination, settings, connectedAt: now().toISOString(), connectedBy: by });
  }

  /** Links stay, and what waits goes on waiting. */
  async disconnect(destination: Destination): Promise<void> {
    const { connections, secrets } = this.#dependencies;
    await connections.remove(destination);
    for (const field of this.#secretFields(destination)) await secrets.set(destination, field, forgotten);
  }

  /** @throws ConflictError when the Marketplace would be told, in its sums, of an hour that was settled by hand */
  async link(link: TenantLink): Promise<void> {
    const { links, settlements, now } = this.#dependencies;
    if (link.destination === 'marketplace') {
      const settled = await settlements.newest({ ...link, hour: link.from });
      if (settled !== undefined) {
        throw new ConflictError(`${settled} was settled by hand: link the tenant --from a later hour`);
      }
    }
    await links.put(link, now());
  }

  async unlink(tenant: string, destination: Destination): Promise<void> {
    await this.#dependencies.links.remove(tenant, destination);
  }

  /** A tenant's link, if it has one. */
  linkOf(tenant: string, destination: Destination): Promise<StoredLink | undefined> {
    return this.#dependencies.links.find(tenant, destination);
  }

  async show(tenant: string): Promise<TenantExportsView> {
    const { links, outbox } = this.#dependencies;
    return { tenant, links: await links.list(tenant), rows: await outbox.open(tenant) };
  }

  /** Has the next export try at once what was refused or put off. @returns how many rows */
  retry(tenant: string, destination: Destination): Promise<number> {
    return this.#dependencies.outbox.retry(tenant, destination, this.#dependencies.now());
  }

  /**
   * Whether a version of an hour, as somebody was shown it, can be settled: said to have been dealt with by hand.
   *
   * @returns false when it was settled already
   * @throws NotFoundError when the destination was never to be told of the hour
   * @throws ConflictError when the hour is not rejected, has another version by now, or goes on counting at the Marketplace
   */
  async canSettle(hour: ExportedHour, version: number): Promise<boolean> {
    const { tenant, destination } = hour;
    const standing = await this.#dependencies.settlements.find(hour);
    if (standing === undefined) {
      throw new NotFoundError(`${destination} was never to be told what ${tenant} used in ${hour.hour}`);
    }
    const { state, settled = 0 } = standing;
    const rejected = state === 'rejected' && standing.version === version;
    if (!rejected && settled >= version) return false;
    if (!rejected) {
      const what = standing.version === version ? `is ${state}` : `has version ${standing.version} by now, ${state}`;
      throw new ConflictError(
        `${hour.hour} ${what}: only what is rejected can be settled, in the version it is shown with`,
      );
    }
    if (destination === 'marketplace') await this.#assertUncounted(hour);
    return true;
  }

  /**
   * Says of a rejected version of an hour that it has been dealt with by hand. Its destination is told of the hour no more: what changes
   * later is rejected in its turn.
   *
   * @throws NotFoundError, ConflictError as `canSettle` does
   */
  async settle(hour: ExportedHour, version: number): Promise<void> {
    if (!(await this.canSettle(hour, version))) return;
    if (await this.#dependencies.settlements.settle(hour, version)) return;
    // Also somebody else may have settled it.
    if (await this.canSettle(hour, version)) {
      throw new ConflictError(`${hour.hour} has just changed: look at it again before you settle it`);
    }
  }

  async #assertUncounted({ tenant, hour }: ExportedHour): Promise<void> {
    const { links, marketplace } = this.#dependencies;
    const link = await links.find(tenant, 'marketplace');
    if (link?.destination === 'marketplace' && !countsOn(await marketplace.read(tenant), link, hour)) return;
    const advice =
      link === undefined
        ? 'retry drops it, since the tenant is not linked'
        : 'put right what the reason says, and retry';
    throw new ConflictError(`the Marketplace is told sums, in which ${hour} goes on counting: ${advice}`);
  }

  #secretFields(destination: Destination): readonly string[] {
    return this.#dependencies.kinds[destination]?.secrets ?? [];
  }
}
