import { createHash } from 'node:crypto';
import type { DynamoDBInvoices } from './dynamodb-invoices.ts';
import type { InvoiceRecord } from './invoice-record.ts';

/**
 * Gives a finalized invoice the next number of the stage, and opens it. Numbers have no gaps, since one exists only together with the
 * invoice that it is for: the item of a number is written under the condition that nobody else has it. The invoice names the number before
 * it is given, and another one only when that is somebody else's: so a process that dies anywhere leaves an invoice whose number is found
 * again, at once and however many there are, and two that do this at the same time never give it two.
 *
 * @param stage put before the number
 */
export async function numberInvoice(
  store: DynamoDBInvoices,
  record: InvoiceRecord,
  stage: string,
  now: () => Date,
): Promise<void> {
  const { tenant, month, sequence, content } = record;
  const next = async (): Promise<number> => (await store.lastNumber()) + 1;
  const given = (number: number): Promise<boolean> =>
    store.giveNumber({ number, tenant, month, sequence, at: now().toISOString() });
  let mine = await store.propose(record, await next());
  while (!(await given(mine))) mine = await store.propose(record, await next(), mine);
  const number = `${stage.toUpperCase()}-${String(mine).padStart(8, '0')}`;
  await store.open(record, number, createHash('sha256').update(`${number}\n${content}`).digest('hex'));
}
