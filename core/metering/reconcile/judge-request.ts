import { eventTime } from '../event-time.ts';
import { usageHour } from '../usage-hour.ts';
import type { AnsweredRequest, JournalledRequest, RequestRecord } from './request-record.ts';

/** What is to be said of one request. */
export type Verdict =
  /** Answered with a 2xx, and one event counts, or it was billed before. */
  | { readonly kind: 'answered'; readonly tenant: string }
  /** Answered with a 2xx, and no event is there. `event` is the one that its answer named. */
  | {
      readonly kind: 'missing';
      readonly tenant: string;
      readonly requestId: string;
      readonly event: string | undefined;
    }
  | {
      readonly kind: 'doubled';
      readonly tenant: string;
      readonly requestId: string;
      readonly events: readonly string[];
    }
  /** One of its events counts, in this hour. */
  | { readonly kind: 'event'; readonly tenant: string }
  /** Its event counts, or would if it were not void, and the client was told that it failed. */
  | {
      readonly kind: 'unanswered';
      readonly tenant: string;
      readonly event: string;
      readonly voided: boolean;
      readonly repeatable: boolean;
    }
  /** Its event counts, and no answer is known. */
  | { readonly kind: 'unconfirmed'; readonly tenant: string }
  /** The same, of an event that a repeat stored: its lines lie where that was, maybe hours later. It may be void by now. */
  | { readonly kind: 'stored by a repeat'; readonly tenant: string; readonly event: string; readonly voided: boolean };

/**
 * Compares what the three sources say of one request. A 2xx counts to the hour in which it was logged, an event to the hour of its id.
 *
 * A client was told that it failed when the gateway answered with 5xx and nothing else. A connection that the client itself closed is none
 * of that: the answer was made, and it is billed.
 */
export function judgeRequest(records: readonly RequestRecord[], hour: string): Verdict[] {
  const answers = records.filter((record): record is AnsweredRequest => record.source === 'gateway');
  const events = records.filter((record): record is JournalledRequest => record.source === 'journal');
  const told = records.find((record) => record.source === 'function');
  const counted = events.filter(({ voided }) => !voided).sort((a, b) => (a.event < b.event ? -1 : 1));
  const succeeded = answers.find(({ status }) => status >= 200 && status < 300);
  const failed = answers.length > 0 && answers.every(({ status }) => status >= 500);
  const verdicts: Verdict[] = [];
  if (succeeded !== undefined && usageHour(new Date(succeeded.ms)) === hour) {
    const { tenant, requestId } = succeeded;
    verdicts.push({ kind: 'answered', tenant });
    // Who voided it, did so on purpose.
    if (events.length === 0 && told?.replayed !== true) {
      verdicts.push({ kind: 'missing', tenant, requestId, event: told?.event });
    }
  }
  const [first, ...others] = counted;
  // Under an id that a client can choose, two events are two requests as well as one that was counted twice.
  if (first?.extendedRequestId !== undefined && others.length > 0 && inHour(first, hour)) {
    const { tenant, requestId } = first;
    verdicts.push({ kind: 'doubled', tenant, requestId, events: counted.map(({ event }) => event) });
  }
  for (const each of events.filter((event) => inHour(event, hour))) {
    const { tenant, event, voided, repeatable, byRepeat } = each;
    if (!voided) verdicts.push({ kind: 'event', tenant });
    if (failed) verdicts.push({ kind: 'unanswered', tenant, event, voided, repeatable });
    else if (answers.length === 0 && byRepeat) verdicts.push({ kind: 'stored by a repeat', tenant, event, voided });
    else if (answers.length === 0 && !voided) verdicts.push({ kind: 'unconfirmed', tenant });
  }
  return verdicts;
}

const inHour = ({ event }: JournalledRequest, hour: string): boolean => usageHour(eventTime(event)) === hour;
