import type { AttributeValue } from '@aws-sdk/client-dynamodb';

interface Reason {
  readonly Item?: Readonly<Record<string, AttributeValue>>;
  readonly Code?: string;
}

/**
 * The greatest version of an hour that those know who follow it, when they refused a transaction for it; undefined when it failed for
 * anything else.
 *
 * @param error of a transaction whose first write is the rollup's own, and whose others are those of {@link RollupFollowers}
 */
export function followedVersion(error: unknown): number | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons: [own, ...others] = [] } = error as { CancellationReasons?: readonly Reason[] };
  if ((own?.Code ?? 'None') !== 'None') return undefined;
  const versions = others.flatMap(({ Item }) => Number(Item?.['version']?.N ?? []));
  return versions.length === 0 ? undefined : Math.max(...versions);
}
