import type { ConnectionKind } from './connection-kind.ts';
import type { ConnectionSecrets } from './connection-secrets.ts';
import type { Connection, Connections } from './connections.ts';
import { type Destination, destinations } from './destination.ts';
import type { ExportLinks, StoredLink } from './outbox/export-links.ts';
import type { OpenRow, Outbox, OutboxStanding } from './outbox/outbox.ts';
import type { TenantLink } from './tenant-link.ts';

/** What operators manage exports with. */
export interface ExportsDependencies {
  readonly kinds: Readonly<Partial<Record<Destination, ConnectionKind>>>;
  readonly connections: Connections;
  readonly secrets: Pick<ConnectionSecrets, 'set'>;
  readonly links: ExportLinks;
  readonly outbox: Outbox;
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

  async link(link: TenantLink): Promise<void> {
    await this.#dependencies.links.put(link, this.#dependencies.now());
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

  #secretFields(destination: Destination): readonly string[] {
    return this.#dependencies.kinds[destination]?.secrets ?? [];
  }
}
