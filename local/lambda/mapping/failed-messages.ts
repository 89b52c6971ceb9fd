import * as z from 'zod';

const report = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullable();

/**
 * Which messages of a batch a function says that it failed at; all of them when it names none that there is, or nothing legible.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessages(answer: Buffer, ids: ReadonlySet<string>): ReadonlySet<string> {
  const failures = failuresIn(answer);
  return failures?.every((id) => ids.has(id)) ? new Set(failures) : ids;
}

function failuresIn(answer: Buffer): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(answer.toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = report.safeParse(json);
  if (!parsed.success) return undefined;
  return (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
}
