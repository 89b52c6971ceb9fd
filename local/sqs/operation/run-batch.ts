import { AwsError } from '../../endpoint/aws-call.ts';
import { limits } from '../limits.ts';
import { refusals } from '../refusals.ts';
import { SqsError } from '../sqs-error.ts';

interface BatchOutput {
  readonly Successful: readonly object[];
  readonly Failed: readonly object[];
}

/**
 * Runs each entry by itself: one that fails does not keep the others from succeeding.
 * @throws SqsError when the batch as a whole is none
 */
export function runBatch<Entry extends { readonly Id: string }>(
  entries: readonly Entry[],
  run: (entry: Entry) => object,
): BatchOutput {
  checkBatch(entries);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const Code = error instanceof SqsError ? error.queryCode : error.code;
      Failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) throw refusals.emptyBatch();
  if (entries.length > limits.batchEntriesMax) throw refusals.tooManyEntries(entries.length);
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) throw refusals.entryId();
    if (ids.has(Id)) throw refusals.sameIds(Id);
    ids.add(Id);
  }
}
