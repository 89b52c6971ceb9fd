import { isConditionFailed } from './is-condition-failed.ts';

/** Reasons by which a transaction changes nothing because somebody else wrote one of its items. */
const overtaken = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

/** True when a write, alone or in a transaction, was refused because somebody else was there first or is there now. */
export function wasRefused(error: unknown): boolean {
  if (isConditionFailed(error)) return true;
  if (!(error instanceof Error)) return false;
  if (error.name === 'TransactionConflictException') return true;
  if (error.name !== 'TransactionCanceledException') return false;
  const { CancellationReasons: reasons = [] } = error as { CancellationReasons?: readonly { Code?: string }[] };
  const codes = reasons.map(({ Code }) => Code ?? 'None').filter((code) => code !== 'None');
  return codes.length > 0 && codes.every((code) => overtaken.has(code));
}
