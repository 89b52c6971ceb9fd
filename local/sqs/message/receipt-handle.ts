import { createHash } from 'node:crypto';
import { refusals } from '../refusals.ts';
import type { Receipt } from '../store/message-table.ts';

/** Says for which queue a handle was made. */
const mark = (queueArn: string, { sequence, receipt }: Receipt): string =>
  createHash('sha256').update(`${queueArn}/${sequence}/${receipt}`).digest('base64url').slice(0, 22);

const form = /^(?<sequence>\d{1,15})\/(?<receipt>[0-9a-f-]{36})\/(?<mark>[\w-]{22})$/;

/** Receipt handles: opaque to clients, good for one receive of one message from one queue, over restarts too. */
export const receiptHandle = {
  write: (queueArn: string, receipt: Receipt): string =>
    Buffer.from(`${receipt.sequence}/${receipt.receipt}/${mark(queueArn, receipt)}`).toString('base64'),

  /** @throws SqsError ReceiptHandleIsInvalid for what was never a handle of this queue */
  read: (queueArn: string, handle: string): Receipt => {
    const parts = form.exec(Buffer.from(handle, 'base64').toString('latin1'))?.groups;
    const read = { sequence: Number(parts?.['sequence']), receipt: parts?.['receipt'] ?? '' };
    if (parts === undefined || parts['mark'] !== mark(queueArn, read)) throw refusals.receipt(handle);
    return read;
  },
} as const;
