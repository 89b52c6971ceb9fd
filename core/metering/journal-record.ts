import type { UsageAdjusted } from './usage-adjusted.ts';
import type { UsageEvent } from './usage-event.ts';
import type { UsageVoided } from './usage-voided.ts';

/** What the journal holds: events, and what was said of them later. */
export type JournalRecord = UsageEvent | UsageAdjusted | UsageVoided;
