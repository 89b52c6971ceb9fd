import type { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { hourMs } from '../../../metering/usage-hour.ts';
import { beforeLink } from '../before-link.ts';
import type { Exporter, ExportOutcome } from '../exporter.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutboxRow } from '../outbox-row.ts';
import type { TenantLink } from '../tenant-link.ts';
import type { RecordAnswer } from './ask-marketplace.ts';
import { marketplaceCallMsMax } from './marketplace-client.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';
import { isCounted, type MarketplaceState, type PlannedRecord } from './marketplace-state.ts';
import type { MarketplaceStates } from './marketplace-states.ts';
import { monthUsage, type UsageSources } from './month-usage.ts';
import { planRecords } from './plan-records.ts';
import { type Resumed, recordText, resumeState } from './resume-state.ts';
import { sendRecords } from './send-records.ts';
import { toChargeByHand, withoutShown } from './to-charge-by-hand.ts';
import { hasTold, toldHours } from './told-hours.ts';

type MarketplaceLink = Extract<TenantLink, { destination: 'marketplace' }>;

/** What telling the Marketplace takes. */
export interface MarketplaceDependencies extends UsageSources {
  readonly dimensions: readonly MarketplaceDimension[];
  readonly states: MarketplaceStates;
  /** Knows what operators are shown. */
  readonly outbox: Pick<Outbox, 'open'>;
  /** From `marketplaceClient`. */
  readonly client: MarketplaceMeteringClient;
  /** Takes what operators may want to know of a record. */
  readonly log: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

/**
 * Tells AWS Marketplace what tenants used. It takes an hour of a dimension once and for all, so the hours of its records are not those of
 * the usage: each record says by how much all usage exceeds all that was said before. Late usage, voids and the rest of a rounding then
 * need nothing of their own. A record is stored before it is sent and sent again as it was stored, which the Marketplace counts once.
 *
 * @see https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
export class MarketplaceExporter implements Exporter<'marketplace'> {
  readonly destination = 'marketplace';
  readonly judgesEarlyHours = true;
  readonly #with: MarketplaceDependencies;

  constructor(dependencies: MarketplaceDependencies) {
    this.#with = dependencies;
  }

  /** All rows that are counted have one outcome: records say what was used in all, and not in which hour. */
  async deliver(
    link: MarketplaceLink,
    rows: readonly OutboxRow[],
    remainingMs: () => number,
  ): Promise<readonly ExportOutcome[]> {
    const { dimensions, states } = this.#with;
    const known = await this.#withoutShown(link.tenant, await states.read(link.tenant));
    const resumed = resumeState(known, link, dimensions);
    if ('reason' in resumed) return rows.map(() => ({ kind: 'rejected', reason: resumed.reason }));
    const counts = rows.map(({ hour }) => isCounted(resumed.state, hour));
    const outcome = counts.includes(true)
      ? await this.#tell(link, resumed, rows, () => remainingMs() > marketplaceCallMsMax)
      : beforeLink(link);
    const elsewhere = [...known.values()].filter(({ account }) => account !== link.account).flatMap(toldHours);
    return rows.map(({ hour }, index) => {
      if (counts[index] === true) return outcome;
      return elsewhere.some(({ from, to }) => hour >= from && hour <= to) ? ofAnotherAccount : beforeLink(link);
    });
  }

  async #tell(
    link: MarketplaceLink,
    resumed: Resumed,
    rows: readonly OutboxRow[],
    enoughTime: () => boolean,
  ): Promise<ExportOutcome> {
    const { dimensions, states, client, now, log } = this.#with;
    const save = (state: MarketplaceState) => states.write(link.tenant, state);
    // Before anything is written: rather twice than never.
    this.#report(link, 'the Marketplace never answered for this record; it is held to count', resumed.unanswered);
    const counted = await this.#count(resumed, link.tenant, rows);

    const again = await sendRecords(client, link, counted.records, 'asked', enoughTime);
    const settled = { ...counted, records: again.records };
    if (again.answers.some(({ kind }) => kind === 'unknown')) {
      // Nothing is planned while the Marketplace is away, so that no more than these can be lost from sight.
      await save(settled);
      return outcomeOf(again.answers, now());
    }
    const { state, takenOut, unanswered, unplaced } = planRecords(settled, dimensions, now());
    this.#report(link, 'the Marketplace takes this hour no more; the quantity is planned anew', takenOut);
    this.#report(link, 'the Marketplace never answered for this record; it is held to count', unanswered);
    const { records } = state;
    const written = await save({
      ...state,
      records: records.map(asked),
      unanswered: [...state.unanswered, ...unanswered.map(recordText)],
    });
    const sent = await sendRecords(client, link, records, 'waiting', enoughTime);
    const told = { ...written, records: sent.records };
    if (sent.answers.length > 0) await save(told);
    const byHand = toChargeByHand(told);
    if (byHand === undefined) return outcomeOf([...again.answers, ...sent.answers], now(), unplaced);
    for (const each of hasTold(told) ? told.owed : []) {
      log('another account was not told of this, and this one is not', { tenant: link.tenant, ...each });
    }
    return { kind: 'rejected', reason: byHand };
  }

  /** What is to be charged by hand is kept until a row shows it: whoever found it may have died before any did. */
  async #withoutShown(
    tenant: string,
    known: ReadonlyMap<string, MarketplaceState>,
  ): Promise<ReadonlyMap<string, MarketplaceState>> {
    const [newest] = [...known].sort(([, a], [, b]) => b.link - a.link);
    const byHand = newest === undefined ? undefined : toChargeByHand(newest[1]);
    if (newest === undefined || byHand === undefined) return known;
    const isShown = (await this.#with.outbox.open(tenant)).some(
      ({ destination, reason }) => destination === this.destination && reason === byHand,
    );
    return isShown ? new Map([...known, [newest[0], withoutShown(newest[1])]]) : known;
  }

  /** Counts the months of the rows anew, and when a link begins all months, since nobody was told what changed before. */
  async #count({ state, begins }: Resumed, tenant: string, rows: readonly OutboxRow[]): Promise<MarketplaceState> {
    const hours = rows.map(({ hour }) => hour).filter((hour) => isCounted(state, hour));
    const usage = { ...state.usage };
    let { to } = state;
    const months = new Set([...hours.map((hour) => hour.slice(0, 7)), ...(begins ? Object.keys(usage) : [])]);
    for (const month of [...months].sort()) {
      const dimensions = this.#with.dimensions.filter(
        ({ dimension }) => month >= (state.meanings[dimension]?.from ?? ''),
      );
      const { sums, newest = '' } = await monthUsage(
        tenant,
        month,
        (hour) => isCounted(state, hour),
        dimensions,
        this.#with,
      );
      usage[month] = { ...usage[month], ...sums };
      // Maybe one that no row has told of yet.
      if (newest >= state.from && newest > to) to = newest;
    }
    return { ...state, usage, to };
  }

  #report({ tenant, license }: MarketplaceLink, message: string, records: readonly PlannedRecord[]): void {
    for (const record of records) this.#with.log(message, { tenant, license, ...record });
  }
}

const ofAnotherAccount: ExportOutcome = {
  kind: 'rejected',
  reason: 'another account was told of this hour: charge by hand what it was not told of',
};

const asked = (record: PlannedRecord): PlannedRecord =>
  record.state === 'waiting' ? { ...record, state: 'asked' } : record;

/** @param unplaced whether something is left for which no hour is free */
function outcomeOf(answers: readonly RecordAnswer[], now: Date, unplaced = false): ExportOutcome {
  const waits = answers.find(({ kind }) => kind === 'unknown' || kind === 'later');
  if (waits !== undefined && 'reason' in waits) return { kind: 'later', reason: waits.reason };
  const refusals = new Set(answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.reason] : [])));
  if (refusals.size > 0) return { kind: 'rejected', reason: [...refusals].join('; ') };
  if (!unplaced) return { kind: 'delivered' };
  const nextHourMs = hourMs - (now.getTime() % hourMs);
  return {
    kind: 'later',
    reason: 'every hour that the Marketplace takes now has its record; the next hour takes the rest',
    afterSeconds: Math.ceil(nextHourMs / 1000),
  };
}
