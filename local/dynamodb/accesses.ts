import { dynamodbError } from './dynamodb-error.ts';
import { leadingKey, queriedKey } from './leading-keys.ts';
import {
  parseBatchGetInput,
  parseBatchWriteInput,
  parseTableInput,
  parseTransactInput,
  type TableInput,
} from './parse-input.ts';
import type { Tables } from './tables.ts';

/** Something that an operation does, as policies speak of it. */
export interface Access {
  /** Without the `dynamodb:`. */
  readonly action: string;
  readonly table: string;
  readonly index?: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** True when items are read or written, for which the table's key is needed. */
  readonly items: boolean;
}

type Read = (operation: string, body: Buffer, tables: Tables) => Access[];

/** The partition key of a table that does not exist does not matter: the engine finds no table either. */
const partitionKey = (tables: Tables, table: string): string => tables.get(table)?.partitionKey ?? '';

const described = (input: TableInput): Record<string, string> =>
  Object.fromEntries(
    (['Select', 'ReturnValues', 'ReturnConsumedCapacity'] as const).flatMap((name) =>
      input[name] ? [[`dynamodb:${name}`, input[name]]] : [],
    ),
  );

const oneItem: Read = (operation, body, tables) => {
  const input = parseTableInput(body);
  const table = input.TableName;
  const leading = leadingKey(input.Item ?? input.Key, partitionKey(tables, table));
  return [
    { action: operation, table, context: { ...described(input), 'dynamodb:LeadingKeys': [leading] }, items: true },
  ];
};

const query: Read = (operation, body, tables) => {
  const input = parseTableInput(body);
  const { TableName: table, IndexName: index } = input;
  const known = tables.get(table);
  const key = index ? known?.indexPartitionKeys.get(index) : known?.partitionKey;
  const context = { ...described(input), 'dynamodb:LeadingKeys': [queriedKey(input, key ?? '')] };
  return [{ action: operation, table, ...(index && { index }), context, items: true }];
};

const scan: Read = (operation, body) => {
  const input = parseTableInput(body);
  const { TableName: table, IndexName: index } = input;
  // It touches every key, which no text stands for: a policy about leading keys does not allow a scan.
  const context = { ...described(input), 'dynamodb:FullTableScan': 'true', 'dynamodb:LeadingKeys': [''] };
  return [{ action: operation, table, ...(index && { index }), context, items: true }];
};

const describe: Read = (operation, body) => [
  { action: operation, table: parseTableInput(body).TableName, context: {}, items: false },
];

const batchGet: Read = (operation, body, tables) =>
  Object.entries(parseBatchGetInput(body).RequestItems).map(([table, { Keys }]) => ({
    action: operation,
    table,
    context: { 'dynamodb:LeadingKeys': Keys.map((key) => leadingKey(key, partitionKey(tables, table))) },
    items: true,
  }));

const batchWrite: Read = (operation, body, tables) =>
  Object.entries(parseBatchWriteInput(body).RequestItems).map(([table, requests]) => ({
    action: operation,
    table,
    context: {
      'dynamodb:LeadingKeys': requests.map(({ PutRequest, DeleteRequest }) =>
        leadingKey(PutRequest?.Item ?? DeleteRequest?.Key, partitionKey(tables, table)),
      ),
    },
    items: true,
  }));

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const partActions: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

const transact: Read = (operation, body, tables) =>
  parseTransactInput(body).TransactItems.flatMap((part) =>
    Object.entries(part).flatMap(([kind, input]) => {
      const action = partActions[kind];
      if (!action || !input) {
        throw dynamodbError('ValidationException', `TransactItems cannot contain ${kind}`);
      }
      const leading = leadingKey(input.Item ?? input.Key, partitionKey(tables, input.TableName));
      const context = { 'dynamodb:EnclosingOperation': operation, 'dynamodb:LeadingKeys': [leading] };
      return [{ action, table: input.TableName, context, items: true }];
    }),
  );

/** The operations that there are, each with how to read what it does. */
export const accesses: ReadonlyMap<string, Read> = new Map([
  ['GetItem', oneItem],
  ['PutItem', oneItem],
  ['UpdateItem', oneItem],
  ['DeleteItem', oneItem],
  ['Query', query],
  ['Scan', scan],
  ['BatchGetItem', batchGet],
  ['BatchWriteItem', batchWrite],
  ['TransactGetItems', transact],
  ['TransactWriteItems', transact],
  ['DescribeTable', describe],
  ['DescribeTimeToLive', describe],
  ['DescribeContinuousBackups', describe],
]);
