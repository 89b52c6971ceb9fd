import { UnavailableError } from '../api/maas-error.ts';
import type { Journal } from '../metering/journal.ts';
import type { ShardCount } from '../metering/journal-shards.ts';
import type { Spillway } from '../metering/spillway/spillway.ts';
import type { UsageEvent } from '../metering/usage-event.ts';
import { tooLate } from './too-late.ts';

/** Below this there is no time left to record the use and still answer before the platform ends the call. */
export const recordMsMin = 250;
const attempts = 3;
/** A put takes single-digit milliseconds; one that takes a second will not come back. */
const attemptMsMax = 1000;
const pauseMsMax = 40;

interface Dependencies {
  readonly journal: Journal;
  readonly spillway: Spillway;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

/**
 * Records a success before it is answered. A failed attempt is repeated twice, which is safe as the event's id decides its place: what an
 * unanswered attempt did store is found there. When the journal takes nothing, a queue does, from which it comes into the journal later.
 *
 * @param shards partitions of the event's hour
 * @param remainingMs time left to the call
 * @returns `duplicate` when it was recorded before, by an attempt that got no answer or by an earlier request with the same id
 * @throws {MaasError} 504 when there is no time to record it, and nothing was tried
 * @throws {UnavailableError} 503 when neither took it
 */
export async function appendUsage(
  { journal, spillway, random }: Dependencies,
  event: UsageEvent,
  shards: ShardCount,
  remainingMs: () => number,
): Promise<'stored' | 'duplicate'> {
  if (remainingMs() < recordMsMin) throw tooLate();
  const attemptMs = (): number => Math.min(attemptMsMax, remainingMs() - recordMsMin / 2);
  let cause: unknown;
  for (let attempt = 0; attempt < attempts && remainingMs() >= recordMsMin; attempt++) {
    if (attempt > 0) await pause(random() * pauseMsMax);
    try {
      return await within(journal.append(event, shards), attemptMs());
    } catch (error) {
      cause = error;
    }
  }
  if (remainingMs() >= recordMsMin) {
    try {
      await within(spillway.put(event, shards), attemptMs());
      return 'stored';
    } catch (error) {
      // The log writes causes, one behind the other: the journal's is the one to begin with.
      const spilled = error instanceof Error ? error.message : String(error);
      cause = new Error(`neither the journal nor the spillway took it, the latter for: ${spilled}`, { cause });
    }
  }
  throw new UnavailableError('the use could not be recorded, so the answer is withheld and not billed; try again', {
    cause,
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
