import { openFrom } from '../close/close-tenant.ts';
import type { AnsweredRepeats } from '../idempotency/answered-repeats.ts';
import type { JournalReader } from '../journal-reader.ts';
import type { JournalOwner } from '../journal-shards.ts';
import { hourMs, hourStart } from '../usage-hour.ts';
import type { UsageVoids } from '../usage-voids.ts';
import { HourTally } from './hour-tally.ts';
import type { JournalledRequests } from './journalled-requests.ts';
import { judgeRequest, type Verdict } from './judge-request.ts';
import type { LogLines } from './log-lines.ts';
import { answeredRequest, loggedRequest } from './parse-lines.ts';
import type { Finding, ReconciledHour } from './reconciled-hour.ts';
import type { Reconciliations } from './reconciliations.ts';
import { RecordBuckets } from './record-buckets.ts';
import type { RequestRecord } from './request-record.ts';

/** What reconciling takes. */
export interface ReconcileDependencies {
  readonly logs: Pick<LogLines, 'read'>;
  /** The access log of the tenants' API. */
  readonly accessLog: string;
  /** The logs of the functions that serve billable routes. */
  readonly functionLogs: readonly string[];
  readonly requests: Pick<JournalledRequests, 'read'>;
  readonly journal: Pick<JournalReader, 'find'>;
  readonly repeats: Pick<AnsweredRepeats, 'mayBeAnswered'>;
  readonly voids: Pick<UsageVoids, 'void'>;
  readonly results: Pick<Reconciliations, 'begin' | 'set'>;
  readonly now: () => Date;
  /** Hears of each finding, also of those that the result has no room for. */
  readonly onFinding: (finding: Finding) => void;
}

/** A tenant, and since when it may have used anything. */
export interface ReconciledTenant extends JournalOwner {
  readonly createdAt: string;
}

/**
 * Of the access log these lines count: answers, connections that clients closed, failures. Anybody can make lines of refusals, of 8 kB each,
 * and as many as there is room for.
 */
const answerPattern = '{ $.status = "2*" || $.status = "499" || $.status = "5*" }';
/** Of the lines of a function these are all that count. */
const requestPattern = '{ $.message = "request" }';
/** Between an event's id, its answer and the lines about it lie half a minute; the rest is for clocks that differ. */
const slackMs = 180_000;
/** Tenants whose journals are read at once, events that are looked up or voided, results that are kept. */
const concurrent = 16;
const reserveMs = 15_000;

/** Said of events that this voids. */
const unanswered = { reason: 'the client got no answer', actor: 'reconcile' } as const;

/**
 * Compares what the gateway answered in an hour with what the functions logged and what the journal has, voids the events of requests
 * that the client was told to have failed, and keeps the result, for each tenant and for all. May be done again at any time, also while the hour
 * lasts: the same sources give the same result. Nothing is ever added to the journal.
 *
 * @param tenants all that there are; others are left out
 * @throws Error when there is too little time left; no result of all is kept then
 */
export async function reconcileHour(
  dependencies: ReconcileDependencies,
  tenants: readonly ReconciledTenant[],
  hour: string,
  remainingMs: () => number,
): Promise<ReconciledHour> {
  const { results, now } = dependencies;
  const startedAt = now();
  const inTime = (): void => {
    if (remainingMs() < reserveMs) throw new Error(`there is too little time left to reconcile ${hour}`);
  };
  inTime();
  await results.begin(hour, startedAt);
  const owners = new Map(tenants.map((tenant) => [tenant.tenant, tenant]));
  const all = new HourTally();
  const tallies = new Map<string, HourTally>();
  const buckets = new RecordBuckets();
  try {
    await collect(dependencies, tenants, hour, buckets, inTime);
    const verdicts = judged(buckets, hour);
    await atOnce(async () => {
      for (const verdict of verdicts) {
        inTime();
        const owner = owners.get(verdict.tenant);
        // Of a tenant that was purged there are lines, and nothing to hold against them.
        if (owner === undefined) continue;
        const tally = tallies.get(verdict.tenant) ?? new HourTally();
        tallies.set(verdict.tenant, tally);
        await count(dependencies, owner, verdict, [tally, all]);
      }
    });
  } finally {
    buckets.remove();
  }
  const open = hour >= openFrom(startedAt);
  const tallied = tallies.entries();
  await atOnce(async () => {
    for (const [tenant, tally] of tallied) {
      inTime();
      await results.set(tally.result(hour, tenant, startedAt, open));
    }
  });
  const total = all.result(hour, undefined, startedAt, open);
  // Last: that it is there says that the hour is done.
  await results.set(total);
  return total;
}

/** One after the other, for any number that take them at once: only one bucket is in memory. */
function* judged(buckets: RecordBuckets, hour: string): Generator<Verdict, void> {
  for (const records of buckets.requests()) yield* judgeRequest(records, hour);
}

async function atOnce(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: concurrent }, work));
}

/** The logs before the journal: an event is written before the lines that tell of it. */
async function collect(
  { logs, accessLog, functionLogs, requests }: ReconcileDependencies,
  tenants: readonly ReconciledTenant[],
  hour: string,
  buckets: RecordBuckets,
  inTime: () => void,
): Promise<void> {
  const from = new Date(hourStart(hour).getTime() - slackMs);
  const to = new Date(hourStart(hour).getTime() + hourMs + slackMs);
  const add = (record: RequestRecord | undefined): void => {
    if (record !== undefined) buckets.add(record);
  };
  for await (const page of logs.read(accessLog, from, to, answerPattern)) {
    inTime();
    for (const line of page) add(answeredRequest(line));
  }
  for (const group of functionLogs) {
    for await (const page of logs.read(group, from, to, requestPattern)) {
      inTime();
      for (const line of page) add(loggedRequest(line));
    }
  }
  const queue = tenants.filter(({ createdAt }) => Date.parse(createdAt) < to.getTime()).values();
  await atOnce(async () => {
    for (const tenant of queue) {
      for await (const page of requests.read(tenant, from, to)) {
        for (const record of page) buckets.add(record);
        inTime();
      }
    }
  });
}

async function count(
  { journal, repeats, voids, onFinding }: ReconcileDependencies,
  owner: JournalOwner,
  verdict: Verdict,
  tallies: readonly HourTally[],
): Promise<void> {
  const add = (...counts: readonly Parameters<HourTally['add']>[]): void => {
    for (const tally of tallies) for (const args of counts) tally.add(...args);
  };
  const find = (finding: Finding): void => {
    onFinding(finding);
    for (const tally of tallies) tally.find(finding);
  };
  const takeOut = async (event: string, voided: boolean): Promise<void> => {
    if (!voided) {
      await voids.void(owner, event, unanswered.reason, unanswered.actor);
      add(['events', -1]);
    }
    add(['voided']);
  };
  const { tenant } = verdict;
  switch (verdict.kind) {
    case 'answered':
      return add(['answered']);
    case 'event':
      return add(['events']);
    case 'unconfirmed':
      return add(['unconfirmed']);
    case 'stored by a repeat': {
      const { event, voided } = verdict;
      // Had its answer left, that would be noted.
      if (await repeats.mayBeAnswered(tenant, event)) return voided ? undefined : add(['unconfirmed']);
      return takeOut(event, voided);
    }
    case 'doubled': {
      const { requestId, events } = verdict;
      return find({ kind: 'doubled', tenant, requestId, ...counted(events) });
    }
    case 'missing': {
      const { requestId, event } = verdict;
      // A repeat hours later runs under the first request's event id, which lies in that hour's part of the journal.
      if (event !== undefined && (await journal.find(owner, event)) !== undefined) return;
      return find({ kind: 'missing', tenant, requestId, ...counted(event === undefined ? [] : [event]) });
    }
    case 'unanswered': {
      const { event, voided, repeatable } = verdict;
      if (!voided && repeatable && (await repeats.mayBeAnswered(tenant, event))) return add(['repeatable']);
      return takeOut(event, voided);
    }
  }
}

/** An item of DynamoDB has 400 kB at most, and holds fifty findings. */
const eventsMax = 10;
const counted = (events: readonly string[]): Pick<Finding, 'events' | 'eventCount'> => ({
  events: events.slice(0, eventsMax),
  eventCount: events.length,
});
