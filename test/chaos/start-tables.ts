import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { type TableKeys, tables } from '../../core/storage/tables.ts';
import { region, roleWith, startCloud } from '../local/dynamodb/cloud.ts';
import type { Access } from './access.ts';

/** The platform's tables in the local cloud's DynamoDB, which has transactions. */
export interface Tables {
  readonly access: Access;
  readonly client: DynamoDB;
  stop(): Promise<void>;
}

/** Starts it, on a folder of its own. */
export async function startTables(): Promise<Tables> {
  const cloud = await startCloud();
  for (const [name, keys] of Object.entries<TableKeys>(tables)) await cloud.declare(name, properties(keys));
  const access = cloud.access(roleWith({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }));
  const client = new DynamoDB(access);
  return {
    access,
    client,
    stop: async () => {
      client.destroy();
      await cloud.stop();
      await cloud.remove();
    },
  };
}

type KeyPair = Pick<TableKeys, 'partitionKey' | 'sortKey'>;

const names = ({ partitionKey, sortKey }: KeyPair): string[] => [
  partitionKey,
  ...(sortKey === undefined ? [] : [sortKey]),
];
const schema = (keys: KeyPair) =>
  names(keys).map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' }));

/** A table as a template declares it. */
function properties(keys: TableKeys): object {
  const indexes = Object.entries(keys.indexes ?? {});
  const attributes = new Set([keys, ...indexes.map(([, index]) => index)].flatMap(names));
  return {
    KeySchema: schema(keys),
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    Replicas: [{ Region: region }],
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
            IndexName,
            KeySchema: schema(index),
            Projection: { ProjectionType: 'ALL' },
          })),
        }),
  };
}
