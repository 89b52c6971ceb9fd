import type { ExportOutcome } from '../exporter.ts';
import type { MeteredEvent } from './metered-event.ts';

/** How OpenMeter is reached. */
export interface OpenMeterAccess {
  readonly apiBase: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
}

const answerMsMax = 10_000;
const reasonLengthMax = 300;

/**
 * Sends a batch of events. All of them are taken or none.
 *
 * @throws Error when no batch would fare better: the token is refused, or there is no OpenMeter
 * @see https://openmeter.io/docs/api (POST /api/v1/events)
 */
export async function ingest(
  { apiBase, token, fetch }: OpenMeterAccess,
  events: readonly MeteredEvent[],
  remainingMs: number,
): Promise<ExportOutcome> {
  let answer: Response;
  try {
    answer = await fetch(`${apiBase.replace(/\/+$/, '')}/api/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
      // Whoever it leads to must not get the token.
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.max(1, Math.min(answerMsMax, remainingMs))),
    });
  } catch {
    return { kind: 'later', reason: 'OpenMeter gives no answer' };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) {
    await answer.body?.cancel();
    return { kind: 'delivered' };
  }
  if (status === 400 || status === 413 || status === 422) {
    return { kind: 'rejected', reason: `OpenMeter answers ${status}: ${await detailOf(answer)}` };
  }
  await answer.body?.cancel();
  if (status === 401 || status === 403) {
    throw new Error(`OpenMeter refuses the token with ${status}: connect again with one that may ingest events`);
  }
  if (status === 429 || status === 408 || status >= 500) {
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    const wait = seconds > 0 ? { afterSeconds: Math.ceil(seconds) } : {};
    return { kind: 'later', reason: `OpenMeter answers ${status}`, ...wait };
  }
  throw new Error(`OpenMeter answers ${status}: is apiBase right?`);
}

/** What the problem document says, on one line. */
async function detailOf(answer: Response): Promise<string> {
  try {
    const { detail, title } = (await answer.json()) as { detail?: unknown; title?: unknown };
    const text = typeof detail === 'string' ? detail : typeof title === 'string' ? title : 'no reason given';
    return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').slice(0, reasonLengthMax);
  } catch {
    return 'no reason given';
  }
}
