import type { ExportOutcome } from './exporter.ts';
import type { OutboxRow } from './outbox-row.ts';

/**
 * What becomes of an hour that has changed since it was settled by hand: a destination that is told whole hours would count again what has
 * been charged. Undefined for one that was not settled.
 */
export const settledBefore = ({ settled }: Pick<OutboxRow, 'settled'>): ExportOutcome | undefined =>
  settled === undefined
    ? undefined
    : {
        kind: 'rejected',
        reason: `version ${settled} of this hour was settled by hand: charge by hand what has changed since, and settle it again`,
      };
