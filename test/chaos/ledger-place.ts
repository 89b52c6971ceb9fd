import type { Access } from './access.ts';

/** Where the ledger is; can be sent to a process. */
export interface LedgerPlace extends Access {
  readonly bucket: string;
}
