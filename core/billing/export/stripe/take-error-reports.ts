import Stripe from 'stripe';
import * as z from 'zod/mini';
import { hourMs, usageHour } from '../../../metering/usage-hour.ts';
import { wasRefused } from '../../../storage/was-refused.ts';
import type { KnownRow, LateRefusal, LateRefusals } from '../outbox/late-refusals.ts';
import { retryDelaySeconds } from '../retry-delay.ts';
import type { ErrorReportNotes } from './error-report-notes.ts';
import { errorReportTypes } from './error-report-types.ts';
import { customerMark, eventIdentifier, identifiedEvent } from './event-identifier.ts';
import { stripeCallMsMax } from './stripe-client.ts';
import { stripeFailure } from './stripe-failure.ts';

/** Stripe looks no further back. */
const ageMsMax = 35 * 24 * hourMs;
const messageLengthMax = 200;
/** Most of a run is for telling usage: what is left of the reports is the next run's, minutes later. */
const runMsMax = 60_000;
const reportsMax = 200;
/** For rejecting what a report names, after a call that was long: a customer's 840 hours of 35 days. What is cut off is begun again. */
const reserveMs = 5000;
/** A report that is not what Stripe documents is none the sooner for being asked for often. */
const unknownSeconds = 86_400;

const errorReport = z.object({
  type: z.enum(errorReportTypes),
  data: z.object({
    reason: z.object({
      /** Of all that failed. */
      error_count: z.number(),
      error_types: z.array(
        z.object({
          code: z.string(),
          /** Some of them. */
          sample_errors: z.array(
            z.object({ error_message: z.string(), request: z.object({ identifier: z.string() }) }),
          ),
        }),
      ),
    }),
  }),
});

type ErrorReport = z.infer<typeof errorReport>;

/** What taking error reports works with. */
export interface ErrorReportDependencies {
  readonly client: Pick<Stripe, 'v2'>;
  /** Names of the meters that the platform tells Stripe of. */
  readonly meters: readonly string[];
  readonly notes: ErrorReportNotes;
  readonly refusals: Pick<LateRefusals, 'told' | 'find' | 'refuse'>;
  readonly now: () => Date;
  readonly remainingMs: () => number;
  /**
   * Takes why a report could not be read, or is not understood: it is tried again, ever more rarely, until Stripe has it no more. And takes
   * that one does not name all that failed, once it was taken.
   */
  readonly onFailure: (eventId: string, error: unknown) => void;
}

/** By these nothing of an hour counts for anybody; by others, what a customer was told by another meter may. */
const nobodyCodes: ReadonlySet<string> = new Set(['meter_event_customer_not_found', 'meter_event_no_customer_defined']);

/** What came of the reports that were noted. */
export interface TakenReports {
  readonly reports: number;
  /** Rows that are to be told anew, by another identifier. */
  readonly refused: number;
}

/**
 * Reads the error reports that the webhook noted, and shows the rows that they are about as rejected, with Stripe's reason. A report names
 * a few of the events only. Where it leaves some out, all that the customers it does name were told is taken as refused: to tell it again
 * costs calls, and to leave it costs money. What is left out may also be other customers', which nobody can tell: the run fails.
 *
 * A report about a version, a customer or a delivery that is not the row's newest changes nothing. One that comes again is not looked into again.
 * Each is on its own: one that cannot be read, now or ever, waits for itself, and stops neither the others nor the export.
 */
export async function takeErrorReports(dependencies: ErrorReportDependencies): Promise<TakenReports> {
  const { notes, now, remainingMs, onFailure } = dependencies;
  const taken = { reports: 0, refused: 0 };
  const endMs = Math.max(remainingMs() - runMsMax, stripeCallMsMax + reserveMs);
  let seen = 0;
  for await (const note of notes.due(now())) {
    if (remainingMs() < endMs || seen >= reportsMax) break;
    seen += 1;
    const { eventId } = note;
    try {
      const event = await fetchEvent(dependencies, eventId);
      if (event === undefined) {
        onFailure(eventId, new Error('Stripe has this report no more: nobody knows any longer what it was about'));
      } else {
        taken.refused += await take(dependencies, eventId, reportOf(event));
        taken.reports += 1;
      }
      await notes.take(eventId, now());
    } catch (error) {
      // An hour that it names is being closed anew right now: the next run finds what became of it.
      if (wasRefused(error)) continue;
      onFailure(eventId, error);
      const seconds = retryDelaySeconds(note.attempts, error instanceof UnknownReport ? unknownSeconds : 0);
      await notes.putOff(note, new Date(now().getTime() + seconds * 1000));
    }
  }
  return taken;
}

class UnknownReport extends Error {}

/** Undefined when there is no such event (any more). */
async function fetchEvent({ client }: ErrorReportDependencies, id: string): Promise<unknown> {
  try {
    return await client.v2.core.events.retrieve(id);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return undefined;
    const outcome = stripeFailure(error);
    throw new Error(`a report of Stripe's cannot be read${'reason' in outcome ? `: ${outcome.reason}` : ''}`);
  }
}

/** @throws UnknownReport that says where it is another than documented, and nothing of what it says */
function reportOf(event: unknown): ErrorReport {
  const { data, error } = z.safeParse(errorReport, event);
  if (error === undefined) return data;
  const where = error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new UnknownReport(`a report of Stripe's is not as Stripe documents it: ${where}`);
}

interface Sample extends LateRefusal {
  readonly identifier: string;
}

/** @returns how many rows it refuses */
async function take(dependencies: ErrorReportDependencies, by: string, { data }: ErrorReport): Promise<number> {
  const { refusals, now, onFailure } = dependencies;
  const { error_count: errors, error_types: kinds } = data.reason;
  const samples = kinds
    .flatMap(({ code, sample_errors }) =>
      sample_errors.map(
        ({ error_message: message, request }): Sample => ({
          identifier: request.identifier,
          by,
          reason: `Stripe took it, and says: ${message.slice(0, messageLengthMax)} (${code})`,
          nobodyTold: nobodyCodes.has(code),
        }),
      ),
    )
    // Of what is said of a row or a customer the first counts.
    .toSorted((one, other) => Number(other.nobodyTold) - Number(one.nobodyTold));
  let refused = 0;
  const refuse = async (row: KnownRow, refusal: LateRefusal): Promise<void> => {
    if (await refusals.refuse(row, refusal, now())) refused += 1;
  };
  for (const sample of samples) {
    const row = await rowOf(dependencies, sample.identifier);
    // Else something else's event, or something that has been said anew since.
    if (row !== undefined) await refuse(row, sample);
  }
  if (errors <= samples.length) return refused;
  const from = usageHour(new Date(now().getTime() - ageMsMax));
  for (const { tenant, mark, refusal } of namedCustomers(samples)) {
    for await (const row of refusals.told(tenant, 'stripe', from)) {
      // Hours that the tenant's customers of before were told of are no business of a report about another.
      if (row.toldTo !== undefined && customerMark(row.toldTo) === mark) await refuse(row, refusal);
    }
  }
  onFailure(
    by,
    new Error(
      `a report of Stripe's names ${samples.length} of ${errors} failures: of customers that it does not name, hours may be missing at Stripe`,
    ),
  );
  return refused;
}

/** Also by identifiers of what has been said anew since: it is the customer that matters. */
function namedCustomers(samples: readonly Sample[]) {
  const found = new Map<string, { readonly tenant: string; readonly mark: string; readonly refusal: Sample }>();
  for (const refusal of samples) {
    const named = identifiedEvent(refusal.identifier);
    if (named === undefined) continue;
    const { tenant, mark } = named;
    const key = `${tenant} ${mark}`;
    if (!found.has(key)) found.set(key, { tenant, mark, refusal });
  }
  return found.values();
}

/** The row that an identifier is of, if that is what was said of it last. */
async function rowOf({ meters, refusals }: ErrorReportDependencies, identifier: string): Promise<KnownRow | undefined> {
  const named = identifiedEvent(identifier);
  if (named === undefined) return undefined;
  const row = await refusals.find(named.tenant, 'stripe', named.hour);
  const customer = row?.toldTo;
  if (row === undefined || customer === undefined) return undefined;
  // What a row waited with when its tenant was unlinked is not its version any more, but may be what Stripe was told.
  const told = { ...row, version: Math.max(row.version, named.version) };
  return meters.some((meter) => eventIdentifier(told, customer, meter) === identifier) ? row : undefined;
}
