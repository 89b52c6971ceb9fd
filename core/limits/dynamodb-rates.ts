import type { AttributeValue } from '@aws-sdk/client-dynamodb';
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

/** What units cost of each rate, in nanoseconds. */
export type RateCosts = ReadonlyMap<LimitUnit, bigint>;

/** Whether all was taken, and until when the budget of each rate is spent that was asked for: epoch nanoseconds. */
export interface Taken {
  readonly taken: boolean;
  readonly spentNs: ReadonlyMap<LimitUnit, bigint>;
}

/**
 * How much of their rates tenants have spent, one item each in the table `limits` with one number for a unit, so that a request takes of
 * all of them or of none. Needs `dynamodb:GetItem` and `dynamodb:UpdateItem`.
 */
export class DynamoDBRates {
  readonly #client: ItemClient;
  readonly #table: string;

  constructor(client: ItemClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /**
   * Spends so much of each rate, or nothing; in one conditional write mostly: another one when the last use is more than a window ago.
   *
   * @param costs each at most a window
   */
  async take(tenant: string, costs: RateCosts, nowNs: bigint): Promise<Taken> {
    /** Rates whose budget is whole, by what their item says. */
    let whole = new Map<LimitUnit, bigint | undefined>();
    for (let round = 0; round < roundsMax; round++) {
      const update = new ItemUpdate();
      for (const [unit, costNs] of costs) {
        const spent = update.name(unit);
        if (whole.has(unit)) {
          const found = whole.get(unit);
          update.where(found === undefined ? `attribute_not_exists(${spent})` : `${spent} = ${update.value(found)}`);
          update.set(unit, nowNs + costNs);
        } else {
          update.where(`${spent} > ${update.value(nowNs)}`);
          update.where(`${spent} <= ${update.value(nowNs + windowNs - costNs)}`);
          update.add(unit, costNs);
        }
      }
      const moved = await this.#write(tenant, costs, update);
      if (moved !== undefined) return { taken: true, spentNs: moved };

      const found = await this.#read(tenant, costs);
      // Beyond what anybody with a right clock can have written: its writer's was ahead, and everybody would wait for that moment to come.
      const isWhole = (ns: bigint | undefined): boolean =>
        ns === undefined || ns <= nowNs || ns > nowNs + windowNs + skewNs;
      whole = new Map(
        [...costs.keys()].map((unit) => [unit, found.get(unit)] as const).filter(([, ns]) => isWhole(ns)),
      );
      const spentNs = new Map(
        [...costs.keys()].map((unit) => [unit, whole.has(unit) ? nowNs : (found.get(unit) ?? nowNs)]),
      );
      if ([...costs].some(([unit, costNs]) => (spentNs.get(unit) ?? nowNs) + costNs > nowNs + windowNs)) {
        return { taken: false, spentNs };
      }
    }
    // So many at once, each of them ahead of this one, that the next second decides.
    return { taken: false, spentNs: new Map([...costs.keys()].map((unit) => [unit, nowNs + windowNs])) };
  }

  async #read(tenant: string, costs: RateCosts): Promise<ReadonlyMap<LimitUnit, bigint>> {
    const { Item = {} } = await this.#client.getItem({
      TableName: this.#table,
      Key: limitKey.rates(tenant),
      ConsistentRead: true,
    });
    return spentOf(Item, costs);
  }

  async #write(
    tenant: string,
    costs: RateCosts,
    update: ItemUpdate,
  ): Promise<ReadonlyMap<LimitUnit, bigint> | undefined> {
    try {
      const { Attributes = {} } = await this.#client.updateItem({
        TableName: this.#table,
        Key: limitKey.rates(tenant),
        ReturnValues: 'UPDATED_NEW',
        ...update.expressions(),
      });
      return spentOf(Attributes, costs);
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }
}

const spentOf = (item: Readonly<Record<string, AttributeValue>>, costs: RateCosts): ReadonlyMap<LimitUnit, bigint> =>
  new Map(
    [...costs.keys()].flatMap((unit) => {
      const spent = item[unit]?.N;
      return spent === undefined ? [] : [[unit, BigInt(spent)] as const];
    }),
  );
