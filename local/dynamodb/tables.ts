/** What authorization needs to know of a table. */
export interface KnownTable {
  readonly partitionKey: string;
  /** By index name. */
  readonly indexPartitionKeys: ReadonlyMap<string, string>;
  /** ARN of the customer managed key, if it has one. */
  readonly keyArn: string | undefined;
}

/** The tables that the templates declare, by name. */
export type Tables = Map<string, KnownTable>;
