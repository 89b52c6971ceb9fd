import { rowsDigest } from '../rows-digest.ts';
import type { FoldedHour } from './hour-fold.ts';
import type { RollupHead } from './rollup-store.ts';

/** Whether a rollup is of these records, all of them and no others, and they come to what it says. */
export const saysTheSame = (head: RollupHead, { rows, events, idsSha256, recordsSha256 }: FoldedHour): boolean =>
  head.damaged !== true &&
  head.events === events &&
  head.idsSha256 === idsSha256 &&
  head.recordsSha256 === recordsSha256 &&
  head.rowsSha256 === rowsDigest(JSON.stringify(rows));
