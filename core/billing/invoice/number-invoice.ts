import { createHash } from 'node:crypto';
import type { DynamoDBInvoices } from './dynamodb-invoices.ts';
import type { InvoiceRecord } from './invoice-record.ts';

/** How far the clocks of two functions may be apart, generously. */
const clockSkewMs = 3_600_000;

/**
 * Gives a finalized invoice the next number of the stage, and opens it. Numbers have no gaps, since one exists only together with the
 * invoice that it is for: the item of a number is written under the condition that it is not there. A process that dies between the
 * two writes leaves an invoice whose number is found again here.
 *
 * @param stage put before the number
 */
export async function numberInvoice(
  store: DynamoDBInvoices,
  record: InvoiceRecord,
  stage: string,
  now: () => Date,
): Promise<void> {
  const { tenant, month, sequence, finalizedAt, content } = record;
  const earliest = Date.parse(finalizedAt) - clockSkewMs;
  let mine: number | undefined;
  while (mine === undefined) {
    let last = 0;
    for await (const given of store.numbers()) {
      last = Math.max(last, given.number);
      if (given.tenant === tenant && given.month === month && given.sequence === sequence) mine = given.number;
      if (mine !== undefined || Date.parse(given.at) < earliest) break;
    }
    // When somebody else takes it in between, and also when our own answer was lost, looking again tells.
    if (mine === undefined) {
      await store.giveNumber({ number: last + 1, tenant, month, sequence, at: now().toISOString() });
    }
  }
  const number = `${stage.toUpperCase()}-${String(mine).padStart(8, '0')}`;
  await store.open(record, number, createHash('sha256').update(`${number}\n${content}`).digest('hex'));
}
