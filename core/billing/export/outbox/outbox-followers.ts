import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { RollupFollowers } from '../../../metering/close/rollup-followers.ts';
import type { ExportLinks } from './export-links.ts';
import { pendingRow } from './pending-row.ts';

/** Has the outbox know of each version of a rollup, for each destination that the tenant is linked to at that moment. */
export class OutboxFollowers implements RollupFollowers {
  readonly #links: Pick<ExportLinks, 'list'>;
  readonly #table: string;

  /** @param tableName of the table `exports` */
  constructor(links: Pick<ExportLinks, 'list'>, tableName: string) {
    this.#links = links;
    this.#table = tableName;
  }

  async writes(tenant: string, hour: string, version: number, at: Date): Promise<readonly TransactWriteItem[]> {
    const links = await this.#links.list(tenant);
    return links
      .filter(({ from }) => from <= hour)
      .map(({ destination }) => ({ Update: pendingRow(this.#table, { tenant, destination, hour, version }, at) }));
  }
}
