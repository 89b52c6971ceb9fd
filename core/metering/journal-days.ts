/** For how long an event stays in the journal after it was archived, in days. */
export const daysInJournal = 90;

const dayMs = 86_400_000;

/** Events of hours that begin before this may have left the journal. They lie in the ledger then, whose hours are archived two days after their end at the earliest. */
export const journalBegins = (now: Date): Date => new Date(now.getTime() - daysInJournal * dayMs);
