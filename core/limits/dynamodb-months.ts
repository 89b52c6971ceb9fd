import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { noUnits } from '../metering/add-units.ts';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { ItemClient } from '../storage/item-client.ts';
import { wasSentBefore } from '../storage/was-sent-before.ts';
import { ItemUpdate } from './item-update.ts';
import type { LimitAlert } from './limit-alert.ts';
import { limitKey } from './limit-key.ts';
import { type LimitedUnits, type Limits, limitUnits } from './limits.ts';
import type { Month } from './month.ts';
import type { MonthCounts } from './month-counts.ts';
import {
  alertName,
  monthState,
  pricePlace,
  pricesName,
  pricesValue,
  reservationPlace,
  reservationsName,
  reservationValue,
} from './month-item.ts';
import type { MonthState, Reservation } from './month-state.ts';
import type { PriceQuantities } from './spend/month-rating.ts';
import type { SpendRoom } from './spend/spending.ts';

/** Tries of a write that may pass: the item is a tenant's busiest, and can be throttled. */
const attemptsMax = 3;
/** What ran and is not counted is lost, so that is tried for longer. */
const settleAttemptsMax = 6;
const pauseMsMax = 50;
/** Days for which a month that is over can still be looked at. */
const keptDays = 60;
/** Bounds that fit into one condition: DynamoDB takes 300 operators and 4 kB. */
const boundsMax = 100;
/** Prices that one expression can add to, for the same reason. */
const addedMax = 60;

/** Who counts: an id of its own, and when it will have ended for certain. */
type Counter = Pick<Reservation, 'id' | 'untilMs'>;

/** What became of a reservation. `absent`: nothing has been counted in this month yet. */
export type Reserved =
  | { readonly kind: 'reserved' | 'refused'; readonly state: MonthState }
  | { readonly kind: 'absent' };

/**
 * What tenants have used of a month, one item each, in the table `limits`. Counters and reservations lie in the same item, so that one
 * conditional write decides and counts, however many processes ask at once. Needs `dynamodb:GetItem` and `dynamodb:UpdateItem`.
 */
export class DynamoDBMonths {
  readonly #client: ItemClient;
  readonly #table: string;
  readonly #random: () => number;

  /** @param random a number from 0 up to 1 */
  constructor(client: ItemClient, tableName: string, random: () => number) {
    this.#client = client;
    this.#table = tableName;
    this.#random = random;
  }

  /** Read consistently; undefined when nothing has been counted. */
  async read(tenant: string, month: Month): Promise<MonthState | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: limitKey.month(tenant, month.name),
      ConsistentRead: true,
    });
    return Item?.[reservationsName] === undefined ? undefined : monthState(Item);
  }

  /** Begins to count from what was used so far, or to count prices too, where that was not done yet. Whoever comes second changes nothing. */
  async begin(tenant: string, month: Month, counts: MonthCounts, now: Date): Promise<void> {
    const update = started(month, counts, now);
    update.where(`attribute_not_exists(${update.name(reservationsName)})`);
    const { item } = await this.#write(tenant, month, update, 'UPDATED_NEW');
    if (item !== undefined || counts.prices === undefined) return;
    const more = withPrices(new ItemUpdate(), counts.prices, now);
    more.where(`attribute_exists(${more.name(reservationsName)})`);
    more.where(`attribute_not_exists(${more.name('generation')})`);
    await this.#write(tenant, month, more);
  }

  /** Begins anew, whatever was counted and set aside. Requests that run are counted when they end. */
  async restart(tenant: string, month: Month, counts: MonthCounts, now: Date): Promise<void> {
    await this.#write(tenant, month, started(month, counts, now));
  }

  /**
   * Sets units aside for a request, if all of them are within the limits.
   *
   * @param room for its prices, under a spend limit
   */
  async reserve(
    tenant: string,
    month: Month,
    reservation: Reservation,
    limits: Limits,
    room?: SpendRoom,
  ): Promise<Reserved> {
    const update = new ItemUpdate()
      .set(reservationPlace(reservation.id), reservationValue(reservation))
      .add('running', 1);
    update.where(`attribute_not_exists(${update.name(reservationPlace(reservation.id))})`);
    update.where(`attribute_exists(${update.name(reservationsName)})`);
    if (limits.concurrent !== undefined) update.where(`${update.name('running')} < ${update.value(limits.concurrent)}`);
    for (const unit of limitUnits) {
      const wanted = reservation.units[unit];
      if (wanted === 0) continue;
      update.add(unit, wanted);
      const limit = limits.perMonth?.[unit];
      if (limit !== undefined) update.where(`${update.name(unit)} <= ${update.value(limit - wanted)}`);
    }
    if (room !== undefined) setAside(update, reservation.prices, room);
    const { item } = await this.#write(tenant, month, update, 'ALL_NEW');
    if (item !== undefined) return { kind: 'reserved', state: monthState(item) };
    const state = await this.read(tenant, month);
    if (state === undefined) return { kind: 'absent' };
    // Its own, when an attempt was stored whose answer was lost.
    const own = state.reservations.some(({ id }) => id === reservation.id);
    return { kind: own ? 'reserved' : 'refused', state };
  }

  /**
   * Keeps what was set aside as used. Counted again when it was given up meanwhile, which only clocks that are wrong bring about, or when
   * the month was begun anew.
   *
   * @param prices what was used in the end
   */
  async settle(tenant: string, month: Month, reservation: Reservation, prices: PriceQuantities): Promise<void> {
    const { id, units, prices: held } = reservation;
    const update = this.#ended(id);
    for (const key of new Set([...held.keys(), ...prices.keys()])) {
      const more = (prices.get(key) ?? 0) - (held.get(key) ?? 0);
      if (more !== 0) update.add(pricePlace(key), more);
    }
    if ([...prices.keys()].some((key) => !held.has(key))) update.add('generation', 1);
    else if (prices.size > 0) update.add('revision', 1);
    const { item, repeated } = await this.#write(tenant, month, update, 'UPDATED_OLD', settleAttemptsMax);
    // After a repetition nobody knows whether it was given up or settled by the first try; the latter is what networks do.
    if (item !== undefined || repeated) return;
    await this.add(tenant, month, reservation, { units, prices });
  }

  /**
   * Counts what was used without being set aside.
   *
   * @param counter with an id that nothing else is counted under
   */
  async add(tenant: string, month: Month, counter: Counter, { units, prices }: MonthCounts): Promise<void> {
    const { id, untilMs } = counter;
    const all = [...(prices ?? [])];
    for (let from = 0; from === 0 || from < all.length; from += addedMax) {
      const part = { units: from === 0 ? units : noUnits, prices: new Map(all.slice(from, from + addedMax)) };
      await this.#count(tenant, month, { id: `${id}+${from}`, untilMs }, part);
    }
  }

  /** Takes back what a reservation was settled with. */
  async refund(
    tenant: string,
    month: Month,
    { id, untilMs, units }: Reservation,
    prices: PriceQuantities,
  ): Promise<void> {
    const back = {
      units: Object.fromEntries(limitUnits.map((unit) => [unit, -units[unit]])) as LimitedUnits,
      prices: new Map([...prices].map(([key, quantity]) => [key, -quantity])),
    };
    await this.#count(tenant, month, { id: `${id}-`, untilMs }, back);
  }

  /** Gives back what was set aside, once. */
  async release(tenant: string, month: Month, { id, units, prices }: Reservation): Promise<void> {
    const update = this.#ended(id);
    for (const unit of limitUnits) if (units[unit] !== 0) update.add(unit, -units[unit]);
    for (const [key, quantity] of prices) update.add(pricePlace(key), -quantity);
    await this.#write(tenant, month, update);
  }

  /** Notes that a threshold was crossed. True for the first one to say so. */
  async alert(alert: LimitAlert, month: Month, now: Date): Promise<boolean> {
    const [name, at] = [alertName(alert), now.toISOString()];
    const update = new ItemUpdate().set(name, { S: at });
    update.where(`attribute_not_exists(${update.name(name)})`);
    update.where(`attribute_exists(${update.name(reservationsName)})`);
    const { item, repeated } = await this.#write(alert.tenant, month, update, 'UPDATED_NEW');
    if (item !== undefined || !repeated) return item !== undefined;
    // Its own, when an attempt was stored whose answer was lost. Of two at the same millisecond both may think so: better than neither.
    const { alerts = [] } = (await this.read(alert.tenant, month)) ?? {};
    return alerts.some((known) => alertName(known) === name && known.at === at);
  }

  /**
   * Adds in two steps: under a reservation of nothing, so that what was written and not answered is not written again, and then without
   * it. Who dies in between leaves a place among those that run, which ends as that of a request does.
   */
  async #count(
    tenant: string,
    month: Month,
    { id, untilMs }: Counter,
    { units, prices }: Required<MonthCounts>,
  ): Promise<void> {
    const counted = limitUnits.filter((unit) => units[unit] !== 0);
    if (counted.length === 0 && prices.size === 0) return;
    const place = reservationPlace(id);
    const add = async (byPrice: PriceQuantities): Promise<boolean> => {
      const update = new ItemUpdate()
        .set(place, reservationValue({ untilMs, units: noUnits, prices: new Map() }))
        .add('running', 1);
      for (const unit of counted) update.add(unit, units[unit]);
      for (const [key, quantity] of byPrice) update.add(pricePlace(key), quantity);
      update.where(`attribute_not_exists(${update.name(place)})`);
      // What was never begun is begun from the journal.
      update.where(`attribute_exists(${update.name(reservationsName)})`);
      if (byPrice.size > 0) {
        update.where(`attribute_exists(${update.name('generation')})`);
        // It may be the first of a price, which bounds that others remember do not know.
        update.add('generation', 1);
      }
      const { item } = await this.#write(tenant, month, update, 'UPDATED_NEW');
      return item !== undefined;
    };
    // Prices are counted only where a spend limit looks at them.
    if (!(await add(prices)) && prices.size > 0) await add(new Map());
    await this.#write(tenant, month, this.#ended(id));
  }

  #ended(id: string): ItemUpdate {
    const update = new ItemUpdate().remove(reservationPlace(id)).add('running', -1);
    return update.where(`attribute_exists(${update.name(reservationPlace(id))})`);
  }

  /** @returns no item when the condition did not hold, and whether that may be so because the same write was stored before, unanswered */
  async #write(
    tenant: string,
    month: Month,
    update: ItemUpdate,
    returns: 'NONE' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW' = 'NONE',
    attempts = attemptsMax,
  ): Promise<{ item?: Readonly<Record<string, AttributeValue>>; repeated: boolean }> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { Attributes = {} } = await this.#client.updateItem({
          TableName: this.#table,
          Key: limitKey.month(tenant, month.name),
          ReturnValues: returns,
          ...update.expressions(),
        });
        return { item: Attributes, repeated: false };
      } catch (error) {
        if (isConditionFailed(error)) return { repeated: attempt > 1 || wasSentBefore(error) };
        if (attempt === attempts) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, this.#random() * pauseMsMax * attempt));
    }
  }
}

function started(month: Month, { units, prices }: MonthCounts, now: Date): ItemUpdate {
  const expiresAt = Math.floor(month.endMs / 1000) + keptDays * 86_400;
  const update = new ItemUpdate().set('running', 0).set(reservationsName, { M: {} }).set('expiresAt', expiresAt);
  for (const unit of limitUnits) update.set(unit, units[unit]);
  return prices === undefined ? update.remove(pricesName).remove('generation') : withPrices(update, prices, now);
}

/** @param now makes a generation that none before had: each price that joined has raised those by one, and there are not so many */
const withPrices = (update: ItemUpdate, prices: PriceQuantities, now: Date): ItemUpdate =>
  update.set(pricesName, pricesValue(prices)).set('generation', now.getTime()).set('revision', 0);

/** Adds what a request costs by price, on the condition that no price leaves its bound. */
function setAside(
  update: ItemUpdate,
  prices: PriceQuantities,
  { generation, revision, bounds, joining }: SpendRoom,
): void {
  for (const [key, quantity] of prices) update.add(pricePlace(key), quantity);
  update.where(`${update.name('generation')} = ${update.value(generation)}`);
  // Bounds that others remember say nothing of prices that were not there.
  update.add(joining.size > 0 ? 'generation' : 'revision', 1);
  const bounded = [...bounds].filter(([key, bound]) => Number.isFinite(bound) && !joining.has(key));
  if (bounded.length > boundsMax) {
    // Nobody else may have added anything.
    update.where(`${update.name('revision')} = ${update.value(revision)}`);
    return;
  }
  for (const [key, bound] of bounded) {
    update.where(`${update.name(pricePlace(key))} <= ${update.value(bound - (prices.get(key) ?? 0))}`);
  }
}
