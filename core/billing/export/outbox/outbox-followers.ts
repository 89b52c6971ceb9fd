import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { RollupFollowers } from '../../../metering/close/rollup-followers.ts';
import type { ExportLinks } from './export-links.ts';
import { pendingRow } from './pending-row.ts';

/** Has the outbox know of each version of a rollup, for each destination that the tenant is linked to at that moment. */
export class OutboxFollowers implements RollupFollowers {
  readonly #links: Pick<ExportLinks, 'list' | 'toldFrom'>;
  readonly #table: string;

  /** @param tableName of the table `exports` */
  constructor(links: Pick<ExportLinks, 'list' | 'toldFrom'>, tableName: string) {
    this.#links = links;
    this.#table = tableName;
  }

  async writes(tenant: string, hour: string, version: number, at: Date): Promise<readonly TransactWriteItem[]> {
    const links = await this.#links.list(tenant);
    const follows = await Promise.all(
      links.map(async ({ destination, from }) => {
        if (from <= hour) return true;
        // An hour of before a link that was made anew: what comes to it late must not be lost; only hours before all links are nobody's.
        const first = await this.#links.toldFrom(tenant, destination);
        return first !== undefined && first <= hour;
      }),
    );
    return links
      .filter((_, index) => follows[index])
      .map(({ destination }) => ({
        Update: {
          ...pendingRow(this.#table, { tenant, destination, hour, version }, at),
          // Rollups that were lost begin anew; who was told of later versions would not believe them.
          ConditionExpression: 'attribute_not_exists(version) OR version < :version',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
        },
      }));
  }
}
