import type { Range } from './dynalite.ts';

/** How dynalite 4.0.0 lays out its database; the engine writes the same keys, so that dynalite's own reads find them. */
export const itemPrefix = (table: string): string => `item-${table}~`;

/** @param type `Local` or `Global` */
export const indexPrefix = (type: string, table: string, index: string): string =>
  `index-${type.toLowerCase()}~${table}~${index}~`;

export const tableKey = (table: string): string => `table~${table}`;

/** All keys that begin with a prefix, which ends in `~`. */
export const under = (prefix: string): Range => ({ gte: prefix, lt: `${prefix.slice(0, -1)}\u007f` });
