import type { BatchingPolicy } from '../config/model-config.ts';

/** A waiting request as the choice of a batch sees it. */
export interface Waiting {
  readonly rows: number;
  /** Requests with the same key have inputs that differ in their rows alone. */
  readonly key: string;
  /** Microseconds on the clock of `nowUs`. */
  readonly enqueuedUs: number;
}

/** How many from the front to run now, or how long at most to wait for more. */
export type NextBatch = { readonly take: number } | { readonly waitUs: number };

/**
 * Triton's choice of a batch from the front of the queue, never passing over a request: the longest preferred size that is there, else
 * everything that fits once nothing more can be added or the oldest has waited long enough.
 *
 * @param queue not empty
 * @see https://github.com/triton-inference-server/core/blob/main/src/dynamic_batch_scheduler.cc (GetDynamicBatch)
 */
export function nextBatch(queue: readonly Waiting[], policy: BatchingPolicy, nowUs: number): NextBatch {
  const { rowsMax, preferredRows, delayUsMax } = policy;
  const preferredMax = preferredRows.at(-1) ?? rowsMax;
  const [first] = queue;
  let rows = 0;
  let take = 0;
  let preferredTake = 0;
  let full = false;
  for (const request of queue) {
    if (take > 0) {
      if (rows + request.rows > preferredMax && preferredTake === 0) preferredTake = take;
      if (rows + request.rows > rowsMax || request.key !== first?.key) {
        full = true;
        break;
      }
    }
    rows += request.rows;
    take++;
    if (preferredRows.includes(rows)) preferredTake = take;
  }
  const waitedUs = nowUs - (first?.enqueuedUs ?? nowUs);
  const late = delayUsMax > 0 && waitedUs >= delayUsMax;
  if (preferredTake > 0 && !late) return { take: preferredTake };
  if (full || rows >= preferredMax || late || delayUsMax === 0) return { take };
  return { waitUs: delayUsMax - waitedUs };
}
