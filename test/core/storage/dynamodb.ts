import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDB } from '@aws-sdk/client-dynamodb';
import { type TableKeys, tables } from '../../../core/storage/tables.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number }) => Server;

/** A DynamoDB of this test's own, in this process, with the platform's tables under their own names. */
export interface TestDynamoDB {
  readonly client: DynamoDB;
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts it. The client does not wait between its tries, so that tests of failures take no time. */
export async function startDynamoDB(): Promise<TestDynamoDB> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDB({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  for (const [name, keys] of Object.entries<TableKeys>(tables)) await createTable(client, name, keys);
  return {
    client,
    endpoint,
    stop: async () => {
      client.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

async function createTable(client: DynamoDB, name: string, keys: TableKeys): Promise<void> {
  const indexes = Object.entries(keys.indexes ?? {});
  const attributes = new Set([keys, ...indexes.map(([, index]) => index)].flatMap(keyNames));
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
      KeySchema: keySchema(keys),
      ...(indexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: indexes.map(([index, indexKeys]) => ({
              IndexName: index,
              KeySchema: keySchema(indexKeys),
              Projection: { ProjectionType: 'ALL' },
            })),
          }),
    }),
  );
}

type KeyPair = Pick<TableKeys, 'partitionKey' | 'sortKey'>;

const keyNames = ({ partitionKey, sortKey }: KeyPair): string[] =>
  sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];

const keySchema = (keys: KeyPair) =>
  keyNames(keys).map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' }) as const);
