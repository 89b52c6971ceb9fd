import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';

/** Those who must hear of each version of a rollup. */
export interface RollupFollowers {
  /**
   * What is to be written in one transaction with this version; nothing for a tenant whom nobody follows. A write that knows of this version
   * or a later one already is to fail by its condition, and return its item, with that version as `version`.
   */
  writes(tenant: string, hour: string, version: number, at: Date): Promise<readonly TransactWriteItem[]>;
}
