import { createRequire } from 'node:module';

/**
 * The parts of dynalite 4.0.0 that the engine is made of: parsers, validation, key order and item logic. Its HTTP server and its way of
 * writing (item and index entries one after the other) are not used. dynalite has no types and no exports map, so its inner modules are
 * required by path and described here as far as they are used.
 */
const require = createRequire(import.meta.url);

/** One typed value, e.g. `{ S: 'text' }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] | undefined };
}

/** The record that dynalite keeps of a table; `DescribeTable` answers it as it is. */
export interface Table {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableId: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

/** Input of an operation, validated, with its expressions parsed (`_condition`, `_updates`, …). */
export type Data = Record<string, unknown> & { readonly TableName: string; readonly Key?: Item; readonly Item?: Item };

export type Callback<Result> = (error?: unknown, result?: Result) => void;
type Release = <Result>(callback: Callback<Result>) => Callback<Result>;

/** The items of a table, or the entries of an index. */
export interface Entries {
  lock(key: string, work: (release: Release) => void): void;
  get(key: string, callback: Callback<Item>): void;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
}

export type Write = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };
export interface Range {
  readonly gte?: string;
  readonly gt?: string;
  readonly lte?: string;
  readonly lt?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** The LevelDB database below everything. */
export interface Level {
  open(): Promise<void>;
  get(key: string): Promise<unknown>;
  /** Some microseconds for what is in memory or in the system's cache of the disk, where `get` takes two changes of thread. */
  getSync(key: string): unknown;
  put(key: string, value: unknown): Promise<void>;
  batch(writes: readonly Write[]): Promise<void>;
  clear(range: Range): Promise<void>;
  keys(range: Range): AsyncIterable<string>;
  values(range: Range): AsyncIterable<unknown>;
  iterator(range: Range): AsyncIterable<[string, unknown]>;
  close(): Promise<void>;
  createKeyStream(range?: Range): NodeJS.ReadableStream;
  createValueStream(range?: Range): NodeJS.ReadableStream;
}

export interface Store {
  readonly db: Level;
  readonly tableDb: { awsAccountId: string; awsRegion: string };
  getTable(name: string, checkStatus: boolean, callback: Callback<Table>): void;
  getTable(name: string, callback: Callback<Table>): void;
  getItemDb(table: string): Entries;
  getIndexDb(type: string, table: string, index: string): Entries;
}

export type Action = (store: Store, data: Data, callback: Callback<Record<string, unknown>>) => void;

export interface Validation {
  readonly types: Record<string, unknown>;
  readonly custom?: unknown;
}

/** What dynalite throws and calls back with for the client's mistakes. */
export interface DynaliteError extends Error {
  readonly statusCode: number;
  readonly body: { __type: string; message?: string; Item?: Item };
}

interface Database {
  create(options: { path: string; createTableMs: number }): Store;
  createKey(item: Item, table: Table): string;
  validateItem(item: Item, table: Table): DynaliteError | null | undefined;
  validateKey(key: Item, table: Table): DynaliteError | null | undefined;
  checkConditional: (data: Data, existing: Item | undefined) => DynaliteError | null | undefined;
  validationError(message: string): DynaliteError;
  itemSize(item: Item): number;
  getIndexActions(
    indexes: readonly Index[],
    existing: Item | undefined | null,
    item: Item,
    table: Table,
  ): { puts: { index: string; key: string; item: Item }[] };
}

interface Validations {
  checkTypes(data: unknown, types: Validation['types']): Data;
  checkValidations(data: Data, types: Validation['types'], custom: unknown, store: Store): void;
}

export const database: Database = require('dynalite/db');
export const validations: Validations = require('dynalite/validations');

/** @param name in lower camel case, e.g. `putItem` */
export const actionOf = (name: string): Action => require(`dynalite/actions/${name}`);
/** @param name in lower camel case, e.g. `putItem` */
export const validationOf = (name: string): Validation => require(`dynalite/validations/${name}`);

/** Puts another action in the place of one of dynalite's, for those of its actions that require it themselves. */
export const replaceAction = (name: string, action: Action): void => {
  const path = require.resolve(`dynalite/actions/${name}`);
  require(path);
  const module = require.cache[path];
  if (module) {
    module.exports = action;
  }
};

/** Whether this is an answer to the client rather than a fault of ours. */
export const isDynaliteError = (error: unknown): error is DynaliteError =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && 'body' in error;
