import type { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { hourMs } from '../../../metering/usage-hour.ts';
import { beforeLink } from '../before-link.ts';
import type { Exporter, ExportOutcome } from '../exporter.ts';
import type { OutboxRow } from '../outbox-row.ts';
import type { TenantLink } from '../tenant-link.ts';
import type { RecordAnswer } from './ask-marketplace.ts';
import { marketplaceCallMsMax } from './marketplace-client.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';
import { isCounted, type MarketplaceState, type PlannedRecord, wasTold } from './marketplace-state.ts';
import type { MarketplaceStates } from './marketplace-states.ts';
import { monthUsage, type UsageSources } from './month-usage.ts';
import { type Plan, planRecords } from './plan-records.ts';
import { type Resumed, resumeState } from './resume-state.ts';
import { sendRecords } from './send-records.ts';

type MarketplaceLink = Extract<TenantLink, { destination: 'marketplace' }>;

/** What telling the Marketplace takes. */
export interface MarketplaceDependencies extends UsageSources {
  readonly dimensions: readonly MarketplaceDimension[];
  readonly states: MarketplaceStates;
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
    const known = await states.read(link.tenant);
    const resumed = resumeState(known, link, dimensions);
    if ('reason' in resumed) return rows.map(() => ({ kind: 'rejected', reason: resumed.reason }));
    const counts = rows.map(({ hour }) => isCounted(resumed.state, hour));
    const outcome = counts.includes(true)
      ? await this.#tell(link, resumed, rows, () => remainingMs() > marketplaceCallMsMax)
      : beforeLink(link);
    return rows.map(({ hour }, index) => {
      if (counts[index] === true) return outcome;
      return [...known.values()].some((state) => wasTold(state, hour)) ? ofAnotherAccount : beforeLink(link);
    });
  }

  async #tell(
    link: MarketplaceLink,
    resumed: Resumed,
    rows: readonly OutboxRow[],
    enoughTime: () => boolean,
  ): Promise<ExportOutcome> {
    const { dimensions, states, client, now } = this.#with;
    const { tenant, license } = link;
    const save = (state: MarketplaceState) => states.write(tenant, license, state);
    const counted = await this.#count(resumed.state, tenant, rows);

    const again = await sendRecords(client, link, counted.records, 'asked', enoughTime);
    const settled = { ...counted, records: again.records };
    if (again.answers.some(({ kind }) => kind === 'unknown')) {
      // Nothing is planned while the Marketplace is away, so that no more than these can be lost from sight.
      await save(settled);
      return outcomeOf(again.answers, now());
    }
    const planned = planRecords(settled, dimensions, now());
    const plan = { ...planned, unanswered: [...resumed.unanswered, ...planned.unanswered], owed: resumed.owed };
    // Before it is written: rather twice than never.
    this.#report(link, plan);
    const { records } = plan.state;
    const written = await save({ ...plan.state, records: records.map(asked) });
    const sent = await sendRecords(client, link, records, 'waiting', enoughTime);
    if (sent.answers.length > 0) await save({ ...written, records: sent.records });
    return outcomeOf([...again.answers, ...sent.answers], now(), plan);
  }

  /** Counts the months of the rows anew. */
  async #count(state: MarketplaceState, tenant: string, rows: readonly OutboxRow[]): Promise<MarketplaceState> {
    const hours = rows.map(({ hour }) => hour).filter((hour) => isCounted(state, hour));
    const usage = { ...state.usage };
    let { to } = state;
    for (const month of new Set(hours.map((hour) => hour.slice(0, 7)))) {
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

  #report({ tenant, license }: MarketplaceLink, { takenOut, unanswered, owed }: Told): void {
    const { log } = this.#with;
    for (const record of takenOut) {
      log('the Marketplace takes this hour no more; the quantity is planned anew', { tenant, license, ...record });
    }
    for (const record of unanswered) {
      log('the Marketplace never answered for this record; it is held to count', { tenant, license, ...record });
    }
    for (const { dimension, quantity } of owed) {
      log('the account before was not told of this, and the next one is not', {
        tenant,
        dimension,
        quantity: String(quantity),
      });
    }
  }
}

const ofAnotherAccount: ExportOutcome = {
  kind: 'rejected',
  reason: 'another account was told of this hour: charge by hand what it was not told of',
};

/** What became of a plan, and what the license before has left behind. */
type Told = Plan & Pick<Resumed, 'owed'>;

const asked = (record: PlannedRecord): PlannedRecord =>
  record.state === 'waiting' ? { ...record, state: 'asked' } : record;

function outcomeOf(
  answers: readonly RecordAnswer[],
  now: Date,
  { unanswered, owed, unplaced }: Pick<Told, 'unanswered' | 'owed' | 'unplaced'> = {
    unanswered: [],
    owed: [],
    unplaced: false,
  },
): ExportOutcome {
  const byHand = [...owedText(owed), ...unansweredText(unanswered)];
  if (byHand.length > 0) return { kind: 'rejected', reason: byHand.join('; ') };
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

const owedText = (owed: Resumed['owed']): readonly string[] =>
  owed.length === 0
    ? []
    : [
        `another account was not told of ${owed.map(({ dimension, quantity }) => `${quantity} of ${dimension}`).join(', ')}: charge that by hand, then retry`,
      ];

const unansweredText = (unanswered: readonly PlannedRecord[]): readonly string[] => {
  if (unanswered.length === 0) return [];
  const which = unanswered.map(({ dimension, hour, quantity }) => `${quantity} of ${dimension} in ${hour}`).join(', ');
  return [
    `sent and never answered, so held to count: look for them in the Marketplace's report, charge by hand what is missing, then retry. ${which}`,
  ];
};
