import { isDeepStrictEqual } from 'node:util';
import {
  actionOf,
  database,
  type Index,
  type Item,
  isDynaliteError,
  type Store,
  type Table,
  type Write,
} from './dynalite.ts';
import { EngineError } from './engine-error.ts';
import { getTable } from './get-table.ts';
import { indexPrefix, itemPrefix, tableKey, under } from './prefixes.ts';
import { runAction } from './run-action.ts';
import type { TableDefinition } from './table-definition.ts';
import { setTimeToLive } from './time-to-live.ts';
import { validate } from './validate.ts';

const createTable = actionOf('createTable');
const batchSize = 500;

/**
 * Makes a table be as declared: creates it, or adds, rebuilds and drops global indexes and changes the time to live of the one that
 * is there. Meant for the start, when nobody writes yet.
 *
 * @throws EngineError when the table that is there has other keys or local indexes, which DynamoDB cannot change either
 */
export const ensureTable = async (store: Store, definition: TableDefinition): Promise<Table> => {
  const { name, globalIndexes } = definition;
  const existing = await getTable(store, name).catch((error: unknown) => {
    if (isDynaliteError(error) && error.body.__type.endsWith('#ResourceNotFoundException')) {
      return undefined;
    }
    throw error;
  });
  const table = existing ?? (await create(store, definition));
  checkUnchangeable(table, definition);
  const wanted: Table = active({ ...table, AttributeDefinitions: definition.attributes }, globalIndexes);
  for (const index of table.GlobalSecondaryIndexes ?? []) {
    if (!globalIndexes.some((other) => sameIndex(table, index, wanted, other))) {
      await store.db.clear(under(indexPrefix('Global', name, index.IndexName)));
    }
  }
  for (const index of globalIndexes) {
    if (!table.GlobalSecondaryIndexes?.some((other) => sameIndex(table, other, wanted, index))) {
      await fill(store, wanted, index);
    }
  }
  // Last, so that after a crash in between the next start does the indexes again.
  await store.db.put(tableKey(name), wanted);
  await setTimeToLive(store, name, definition.timeToLive);
  return wanted;
};

const create = async (store: Store, definition: TableDefinition): Promise<Table> => {
  const { name, keySchema, attributes, globalIndexes, localIndexes } = definition;
  const data = validate(store, 'createTable', {
    TableName: name,
    KeySchema: keySchema,
    AttributeDefinitions: attributes,
    BillingMode: 'PAY_PER_REQUEST',
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
  });
  const { TableDescription } = await runAction(createTable, store, data);
  // dynalite marks it active in a timer; nothing may be written here until that has happened.
  for (;;) {
    const table = await getTable(store, name);
    if (table.TableStatus === 'ACTIVE') {
      return TableDescription as Table;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

const checkUnchangeable = (table: Table, { name, keySchema, attributes, localIndexes }: TableDefinition): void => {
  const keyTypes = (definitions: Table['AttributeDefinitions']) =>
    keySchema.map((key) => definitions.find((each) => each.AttributeName === key.AttributeName)?.AttributeType);
  const shape = (indexes: readonly Index[] = []) => indexes.map(pick);
  if (
    !isDeepStrictEqual(table.KeySchema, keySchema) ||
    !isDeepStrictEqual(keyTypes(table.AttributeDefinitions), keyTypes(attributes)) ||
    !isDeepStrictEqual(shape(table.LocalSecondaryIndexes), shape(localIndexes))
  ) {
    throw new EngineError(
      'ValidationException',
      `the table ${name} is there already with other keys or local indexes, and those cannot change; give the new one another name`,
    );
  }
};

/** What a template says about an index, of what dynalite keeps about it. */
const pick = ({ IndexName, KeySchema, Projection }: Index): Index => ({ IndexName, KeySchema, Projection });

const sameIndex = (table: Table, index: Index, otherTable: Table, other: Index): boolean => {
  const types = ({ AttributeDefinitions }: Table, { KeySchema }: Index) =>
    KeySchema.map(
      (key) => AttributeDefinitions.find((each) => each.AttributeName === key.AttributeName)?.AttributeType,
    );
  return (
    isDeepStrictEqual(pick(index), pick(other)) && isDeepStrictEqual(types(table, index), types(otherTable, other))
  );
};

const active = (table: Table, indexes: readonly Index[]): Table => {
  const { GlobalSecondaryIndexes: _, ...rest } = table;
  const described = indexes.map((index) => ({
    ...pick(index),
    IndexArn: `${table.TableArn}/index/${index.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
    IndexStatus: 'ACTIVE',
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
  }));
  return { ...rest, TableStatus: 'ACTIVE', ...(indexes.length > 0 && { GlobalSecondaryIndexes: described }) };
};

/** Enters the items that are there into a new index. */
const fill = async (store: Store, table: Table, index: Index): Promise<void> => {
  const prefix = indexPrefix('Global', table.TableName, index.IndexName);
  await store.db.clear(under(prefix));
  let batch: Write[] = [];
  for await (const item of store.db.values(under(itemPrefix(table.TableName)))) {
    const { puts } = database.getIndexActions([index], null, item as Item, table);
    batch.push(...puts.map((put): Write => ({ type: 'put', key: prefix + put.key, value: put.item })));
    if (batch.length >= batchSize) {
      await store.db.batch(batch);
      batch = [];
    }
  }
  await store.db.batch(batch);
};
