import type { Journal } from '../journal.ts';
import type { UsageEvent } from '../usage-event.ts';

/** A message of the spillway. */
export interface SpilledEvent {
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
  messages: readonly SpilledEvent[],
): Promise<readonly { readonly messageId: string; readonly error: unknown }[]> {
  const outcomes = await Promise.allSettled(
    messages.map(async ({ body }) => journal.append(JSON.parse(body) as UsageEvent)),
  );
  return outcomes.flatMap((outcome, index) => {
    const { messageId } = messages[index] as SpilledEvent;
    return outcome.status === 'rejected' ? [{ messageId, error: outcome.reason as unknown }] : [];
  });
}
