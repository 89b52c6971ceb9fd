import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { ItemClient } from '../storage/item-client.ts';
import { ItemUpdate } from './item-update.ts';
import type { LimitAlert } from './limit-alert.ts';
import { limitKey } from './limit-key.ts';
import { type LimitedUnits, type Limits, limitUnits } from './limits.ts';
import type { Month } from './month.ts';
import { alertName, monthState, reservationName, reservationValue } from './month-item.ts';
import type { MonthState, Reservation } from './month-state.ts';

/** Tries of a write whose answer was lost. */
const attempts = 3;
/** Days for which a month that is over can still be looked at. */
const keptDays = 60;

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

  constructor(client: ItemClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Read consistently; undefined when nothing has been counted. */
  async read(tenant: string, month: Month): Promise<MonthState | undefined> {
    const { Item } = await this.#client.getItem({
      TableName: this.#table,
      Key: limitKey.month(tenant, month.name),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : monthState(Item);
  }

  /** Begins to count from what was used so far. Whoever comes second changes nothing. */
  async begin(tenant: string, month: Month, used: LimitedUnits): Promise<void> {
    const update = started(month, used);
    update.where(`attribute_not_exists(${update.name('running')})`);
    await this.#write(tenant, month, update);
  }

  /** Begins anew, whatever was counted and set aside. Requests that run are counted when they end. */
  async restart(tenant: string, month: Month, used: LimitedUnits): Promise<void> {
    const { reservations = [], alerts = [] } = (await this.read(tenant, month)) ?? {};
    const update = started(month, used);
    for (const { id } of reservations) update.remove(reservationName(id));
    for (const alert of alerts) update.remove(alertName(alert));
    await this.#write(tenant, month, update);
  }

  /** Sets units aside for a request, if all of them are within the limits. */
  async reserve(tenant: string, month: Month, reservation: Reservation, limits: Limits): Promise<Reserved> {
    const update = new ItemUpdate()
      .set(reservationName(reservation.id), reservationValue(reservation))
      .add('running', 1);
    update.where(`attribute_not_exists(${update.name(reservationName(reservation.id))})`);
    update.where(`attribute_exists(${update.name('running')})`);
    if (limits.concurrent !== undefined) update.where(`${update.name('running')} < ${update.value(limits.concurrent)}`);
    for (const unit of limitUnits) {
      const wanted = reservation.units[unit];
      if (wanted === 0) continue;
      update.add(unit, wanted);
      const limit = limits.perMonth?.[unit];
      if (limit !== undefined) update.where(`${update.name(unit)} <= ${update.value(limit - wanted)}`);
    }
    const { item } = await this.#write(tenant, month, update, 'ALL_NEW');
    if (item !== undefined) return { kind: 'reserved', state: monthState(item) };
    const state = await this.read(tenant, month);
    if (state === undefined) return { kind: 'absent' };
    // Its own, when an attempt was stored whose answer was lost.
    const own = state.reservations.some(({ id }) => id === reservation.id);
    return { kind: own ? 'reserved' : 'refused', state };
  }

  /** Keeps what was set aside as used. Counted again when it was given up meanwhile, which only clocks that are wrong bring about. */
  async settle(tenant: string, month: Month, { id, units }: Reservation): Promise<void> {
    const update = this.#ended(id);
    const { item, repeated } = await this.#write(tenant, month, update, 'UPDATED_OLD');
    // After a repetition nobody knows whether it was given up or settled by the first try; the latter is what networks do.
    if (item !== undefined || repeated) return;
    await this.add(tenant, month, units);
  }

  /** Counts what was used without being set aside. */
  add(tenant: string, month: Month, units: LimitedUnits): Promise<void> {
    return this.#count(tenant, month, units, 1);
  }

  /** Takes back what was settled. */
  refund(tenant: string, month: Month, units: LimitedUnits): Promise<void> {
    return this.#count(tenant, month, units, -1);
  }

  /** Gives back what was set aside, once. */
  async release(tenant: string, month: Month, { id, units }: Reservation): Promise<void> {
    const update = this.#ended(id);
    for (const unit of limitUnits) if (units[unit] !== 0) update.add(unit, -units[unit]);
    await this.#write(tenant, month, update);
  }

  /** Notes that a threshold was crossed. True for the first one to say so. */
  async alert(alert: LimitAlert, month: Month, at: Date): Promise<boolean> {
    const update = new ItemUpdate().set(alertName(alert), { S: at.toISOString() });
    update.where(`attribute_not_exists(${update.name(alertName(alert))})`);
    update.where(`attribute_exists(${update.name('running')})`);
    return (await this.#write(alert.tenant, month, update, 'UPDATED_NEW')).item !== undefined;
  }

  async #count(tenant: string, month: Month, units: LimitedUnits, sign: 1 | -1): Promise<void> {
    const counted = limitUnits.filter((unit) => units[unit] !== 0);
    if (counted.length === 0) return;
    const update = new ItemUpdate();
    for (const unit of counted) update.add(unit, sign * units[unit]);
    // What was never begun is begun from the journal.
    update.where(`attribute_exists(${update.name('running')})`);
    await this.#write(tenant, month, update);
  }

  #ended(id: string): ItemUpdate {
    const update = new ItemUpdate().remove(reservationName(id)).add('running', -1);
    return update.where(`attribute_exists(${update.name(reservationName(id))})`);
  }

  /** @returns no item when the condition did not hold */
  async #write(
    tenant: string,
    month: Month,
    update: ItemUpdate,
    returns: 'NONE' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW' = 'NONE',
  ): Promise<{ item?: Readonly<Record<string, AttributeValue>>; repeated: boolean }> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { Attributes = {} } = await this.#client.updateItem({
          TableName: this.#table,
          Key: limitKey.month(tenant, month.name),
          ReturnValues: returns,
          ...update.expressions(),
        });
        return { item: Attributes, repeated: attempt > 1 };
      } catch (error) {
        if (isConditionFailed(error)) return { repeated: attempt > 1 };
        if (attempt === attempts) throw error;
      }
    }
  }
}

function started(month: Month, used: LimitedUnits): ItemUpdate {
  const expiresAt = Math.floor(month.endMs / 1000) + keptDays * 86_400;
  const update = new ItemUpdate().set('running', 0).set('expiresAt', expiresAt);
  for (const unit of limitUnits) update.set(unit, used[unit]);
  return update;
}
