import type { Journal } from '../journal.ts';
import type { SpilledEvent } from './spilled-event.ts';

/** A message of the spillway. */
export interface SpillwayMessage {
  readonly messageId: string;
  readonly body: string;
}

/**
 * Puts spilled events into the journal, where their ids keep those from counting twice that come twice.
 *
 * @returns the messages that are to come again, and why
 */
export async function drainSpillway(
  journal: Pick<Journal, 'append'>,
  messages: readonly SpillwayMessage[],
): Promise<readonly { readonly messageId: string; readonly error: unknown }[]> {
  const outcomes = await Promise.allSettled(
    messages.map(async ({ body }) => {
      const { event, shards } = JSON.parse(body) as SpilledEvent;
      return journal.append(event, shards);
    }),
  );
  return outcomes.flatMap((outcome, index) => {
    const { messageId } = messages[index] as SpillwayMessage;
    return outcome.status === 'rejected' ? [{ messageId, error: outcome.reason as unknown }] : [];
  });
}
