import type { Index, KeyElement } from './dynalite.ts';

/** A table as a template declares it. */
export interface TableDefinition {
  readonly name: string;
  readonly keySchema: readonly KeyElement[];
  readonly attributes: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly globalIndexes: readonly Index[];
  readonly localIndexes: readonly Index[];
  /** The attribute with an item's last epoch second. */
  readonly timeToLive?: string;
}
