import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { ItemClient } from '../storage/item-client.ts';
import { windowNs } from './gcra.ts';
import { ItemUpdate } from './item-update.ts';
import { limitKey } from './limit-key.ts';
import type { LimitUnit } from './limits.ts';

/** Rounds against others who write at the same time. */
const roundsMax = 8;
/** How far apart the clocks of two processes may be. */
const skewNs = 5_000_000_000n;

/** Whether units were taken, and until when the budget is spent: epoch nanoseconds. */
export interface Taken {
  readonly taken: boolean;
  readonly spentNs: bigint;
}

/**
 * How much of their rates tenants have spent: one number for a unit, in the table `limits`. Needs `dynamodb:GetItem` and
 * `dynamodb:UpdateItem`.
 */
export class DynamoDBRates {
  readonly #client: ItemClient;
  readonly #table: string;

  constructor(client: ItemClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /**
   * Spends so much of a rate, in one conditional write mostly: another one when the last use is more than a window ago.
   *
   * @param costNs at most a window
   */
  async take(tenant: string, unit: LimitUnit, costNs: bigint, nowNs: bigint): Promise<Taken> {
    for (let round = 0; round < roundsMax; round++) {
      const later = new ItemUpdate();
      const spent = later.name('spentNs');
      later.where(`${spent} > ${later.value(nowNs)}`);
      later.where(`${spent} <= ${later.value(nowNs + windowNs - costNs)}`);
      const moved = await this.#write(tenant, unit, later.add('spentNs', costNs));
      if (moved !== undefined) return { taken: true, spentNs: moved };

      const found = await this.#read(tenant, unit);
      // Beyond what anybody with a right clock can have written: its writer's was ahead, and everybody would wait for that moment to come.
      const possible = found !== undefined && found <= nowNs + windowNs + skewNs;
      if (possible && found > nowNs) {
        if (found + costNs > nowNs + windowNs) return { taken: false, spentNs: found };
        continue;
      }
      const anew = new ItemUpdate();
      const before = anew.name('spentNs');
      anew.where(found === undefined ? `attribute_not_exists(${before})` : `${before} = ${anew.value(found)}`);
      const set = await this.#write(tenant, unit, anew.set('spentNs', nowNs + costNs));
      if (set !== undefined) return { taken: true, spentNs: set };
    }
    // So many at once, each of them ahead of this one, that the next second decides.
    return { taken: false, spentNs: nowNs + windowNs };
  }

  async #read(tenant: string, unit: LimitUnit): Promise<bigint | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: limitKey.rate(tenant, unit),
      ConsistentRead: true,
    });
    const spent = Item?.['spentNs']?.N;
    return spent === undefined ? undefined : BigInt(spent);
  }

  async #write(tenant: string, unit: LimitUnit, update: ItemUpdate): Promise<bigint | undefined> {
    try {
      const { Attributes } = await this.#client.updateItem({
        TableName: this.#table,
        Key: limitKey.rate(tenant, unit),
        ReturnValues: 'UPDATED_NEW',
        ...update.expressions(),
      });
      return BigInt(Attributes?.['spentNs']?.N ?? 0);
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }
}
