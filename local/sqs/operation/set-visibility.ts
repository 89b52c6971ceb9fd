import { limits } from '../limits.ts';
import { receiptHandle } from '../message/receipt-handle.ts';
import type { Queue } from '../queue/queue.ts';
import { refusals } from '../refusals.ts';
import type { SqsState } from '../sqs-state.ts';
import { inRange } from './in-range.ts';

/**
 * Hides a message that is in flight for as long from now on; zero shows it at once.
 * @throws SqsError
 */
export function setVisibility(state: SqsState, queue: Queue, handle: string, seconds: number): void {
  inRange('VisibilityTimeout', seconds, 0, limits.visibilitySecondsMax);
  const receipt = receiptHandle.read(queue.arn, handle);
  const flight = state.messages.flight(queue.name, receipt);
  if (flight === undefined) throw refusals.gone(handle);
  const now = state.now();
  if (flight.visibleAtMs <= now) throw refusals.notInFlight();
  const visibleAtMs = now + seconds * 1000;
  if (visibleAtMs - flight.receivedAtMs > limits.visibilitySecondsMax * 1000) {
    throw refusals.value(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${limits.visibilitySecondsMax} seconds].`,
    );
  }
  state.messages.show(receipt.sequence, visibleAtMs);
  // Whoever waits for the next message to become visible waits for another moment now.
  state.arrivals.tell(queue.name);
}
