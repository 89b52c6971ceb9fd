import type { RollupReader } from '../../metering/rollup.ts';
import { beforeLink } from './before-link.ts';
import type { Exporter, ExportOutcome } from './exporter.ts';
import { catchUp } from './outbox/catch-up.ts';
import type { ExportLeases } from './outbox/export-leases.ts';
import type { ExportLinks, StoredLink } from './outbox/export-links.ts';
import type { Outbox, TenantDue } from './outbox/outbox.ts';
import type { OutboxRow } from './outbox-row.ts';
import { reasonLengthMax } from './reason-length-max.ts';
import { retryDelaySeconds } from './retry-delay.ts';
import { settledBefore } from './settled-before.ts';

/** What exporting takes. */
export interface ExportDependencies {
  readonly outbox: Outbox;
  readonly links: ExportLinks;
  readonly leases: ExportLeases;
  readonly rollups: RollupReader;
  readonly now: () => Date;
  /** A name that no other run ever has. */
  readonly newId: () => string;
}

/** How many of a tenant's rows had which end. */
export interface ExportedRows {
  readonly delivered: number;
  readonly later: number;
  readonly rejected: number;
  /** False when the time ran out, or another run was at it. */
  readonly complete: boolean;
}

/** Longer than a destination takes for a batch, so that a batch ends before its lease does. */
const leaseMs = 5 * 60_000;
/** A delivery that begins with less time than this would only be cut off. */
const reserveMs = 5000;
const batchRows = 100;

/**
 * Delivers what waits for one tenant at one destination, while nobody else does. Each row is marked as soon as the destination has said
 * what became of it: whoever dies in between leaves it waiting, to be told again, which the destination counts once.
 *
 * @throws whatever the exporter throws, after its rows have been put off
 */
export async function exportTenant(
  dependencies: ExportDependencies,
  exporter: Exporter,
  { tenant, hours }: TenantDue,
  remainingMs: () => number,
): Promise<ExportedRows> {
  const { outbox, links, leases, now, newId } = dependencies;
  const { destination } = exporter;
  const lease = { tenant, destination, holder: newId() };
  let until = new Date(0);
  const hold = async (): Promise<boolean> => {
    const at = now();
    until = new Date(at.getTime() + leaseMs);
    return leases.take(lease, at, until);
  };
  const leftMs = (): number => Math.min(remainingMs(), until.getTime() - now().getTime());
  const counts = { delivered: 0, later: 0, rejected: 0 };
  if (!(await hold())) return { ...counts, complete: false };
  try {
    const link = await links.find(tenant, destination);
    const range = link === undefined ? hours : await rangeOf(dependencies, link, hours, () => leftMs() > reserveMs);
    if (range === undefined) return { ...counts, complete: true };
    for await (const page of outbox.rows(tenant, destination, range, now())) {
      for (let from = 0; from < page.length; from += batchRows) {
        if (remainingMs() < reserveMs || !(await hold())) return { ...counts, complete: false };
        const rows = page.slice(from, from + batchRows);
        if (link === undefined) {
          for (const row of rows) await outbox.drop(row);
          continue;
        }
        // What another link has left over goes to whom it was told, and otherwise to nobody; what was settled by hand, to nobody again.
        const told = rows.filter(
          ({ hour, toldTo, settled }) =>
            settled === undefined && (exporter.judgesEarlyHours === true || hour >= link.from || toldTo !== undefined),
        );
        const answers = told.length === 0 ? [] : await deliver(dependencies, exporter, link, told, leftMs);
        const outcomes = new Map(told.map((row, index) => [row, answers[index] ?? silence]));
        for (const row of rows) {
          const outcome = outcomes.get(row) ?? settledBefore(row) ?? beforeLink(link);
          await mark(outbox, row, outcome, now());
          counts[outcome.kind] += 1;
        }
      }
    }
    return { ...counts, complete: true };
  } finally {
    await leases.free(lease);
  }
}

const silence: ExportOutcome = { kind: 'later', reason: 'the destination said nothing about it' };

/** The hours that wait, with those that the link brings. */
async function rangeOf(
  dependencies: ExportDependencies,
  link: StoredLink,
  hours: TenantDue['hours'],
  enoughTime: () => boolean,
): Promise<TenantDue['hours']> {
  const { catchUpFrom } = link;
  if (catchUpFrom === undefined) return hours;
  const found = await catchUp(dependencies, { ...link, catchUpFrom }, enoughTime);
  if (found === undefined || hours === undefined) return found ?? hours;
  return {
    first: found.first < hours.first ? found.first : hours.first,
    last: found.last > hours.last ? found.last : hours.last,
  };
}

/** @throws whatever the exporter throws, with all rows put off */
async function deliver(
  { outbox, now }: ExportDependencies,
  exporter: Exporter,
  link: StoredLink,
  rows: readonly OutboxRow[],
  leftMs: () => number,
): Promise<readonly ExportOutcome[]> {
  try {
    return await exporter.deliver(link, rows, leftMs, outbox);
  } catch (error) {
    // What it says may be nobody else's business; the log has it.
    const outcome = { kind: 'later', reason: 'the delivery failed; the log says why' } as const;
    for (const row of rows) await mark(outbox, row, outcome, now());
    throw error;
  }
}

async function mark(outbox: Outbox, row: OutboxRow, outcome: ExportOutcome, now: Date): Promise<void> {
  if (outcome.kind === 'delivered') return outbox.delivered(row);
  const reason = outcome.reason.slice(0, reasonLengthMax);
  if (outcome.kind === 'rejected') return outbox.rejected(row, reason, now);
  const delayMs = retryDelaySeconds(row.attempts, outcome.afterSeconds) * 1000;
  return outbox.later(row, reason, new Date(now.getTime() + delayMs));
}
