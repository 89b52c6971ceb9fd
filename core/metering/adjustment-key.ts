/** What the sort keys of all begin with that adjusts an event: behind it, and before what voids it. */
export const adjustmentPrefix = (eventId: string): string => `${eventId}#adjust#`;

/**
 * The sort key of an event's adjustment.
 *
 * @param sequence 1 for its first. Who writes the next has read all before it, or finds the place taken
 */
export const adjustmentKey = (eventId: string, sequence: number): string =>
  `${adjustmentPrefix(eventId)}${String(sequence).padStart(4, '0')}`;
