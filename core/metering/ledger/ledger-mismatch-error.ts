/** What the ledger, the journal and the rollups say of an hour is not the same. For a person to look at: nothing was changed. */
export class LedgerMismatchError extends Error {
  override readonly name = 'LedgerMismatchError';
}
