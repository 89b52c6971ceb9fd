import type { UsageAdjusted } from '../../../metering/usage-adjusted.ts';
import type { UsageEvent } from '../../../metering/usage-event.ts';
import type { UsageVoided } from '../../../metering/usage-voided.ts';
import type { EventHistory } from './metered-event.ts';

/** Puts entries of the journal together that belong to one event, across pages. */
export async function* eventHistories(
  pages: AsyncIterable<readonly (UsageEvent | UsageAdjusted | UsageVoided)[]>,
): AsyncGenerator<EventHistory, void> {
  let history: EventHistory | undefined;
  for await (const page of pages) {
    for (const entry of page) {
      if (entry.type === 'maas.inference.completed.v1') {
        if (history !== undefined) yield history;
        history = { event: entry, adjustments: [] };
      } else if (history !== undefined && entry.data.event === history.event.id) {
        history =
          entry.type === 'maas.usage.voided.v1'
            ? { ...history, voided: entry }
            : { ...history, adjustments: [...history.adjustments, entry] };
      }
    }
  }
  if (history !== undefined) yield history;
}
