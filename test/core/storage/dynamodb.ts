import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { CreateTableCommand, DynamoDB } from '@aws-sdk/client-dynamodb';
import { type TableKeys, tables } from '../../../core/storage/tables.ts';
import { database, isDynaliteError, type Store } from '../../../local/dynamodb/engine/dynalite.ts';
import { KeyLocks } from '../../../local/dynamodb/engine/key-locks.ts';
import { transactWrite } from '../../../local/dynamodb/engine/transact-write.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number }) => Server;

/**
 * A DynamoDB of this test's own, in this process, with the platform's tables under their own names. It does one call at a time; what
 * dynalite lacks of it, transactions, is the local cloud's.
 */
export interface TestDynamoDB {
  readonly client: DynamoDB;
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts it. The client does not wait between its tries, so that tests of failures take no time. */
export async function startDynamoDB(): Promise<TestDynamoDB> {
  const { server, store } = dynaliteOverStore();
  const locks = new KeyLocks();
  const [dynaliteAnswers] = server.listeners('request') as [
    (request: IncomingMessage, response: ServerResponse) => void,
  ];
  server.removeAllListeners('request');
  let last: Promise<unknown> = Promise.resolve();
  server.on('request', (request, response) => {
    // From the start: who gave up before its turn has closed by then, and all behind it would wait for that for ever.
    const answered = new Promise((closed) => response.once('close', closed));
    last = last.then(async () => {
      if (response.destroyed) return;
      if (request.headers['x-amz-target'] === 'DynamoDB_20120810.TransactWriteItems') {
        await transact(store, locks, request, response);
      } else dynaliteAnswers(request, response);
      await answered;
    });
  });
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

/** dynalite keeps its store to itself. */
function dynaliteOverStore(): { readonly server: Server; readonly store: Store } {
  const create = database.create.bind(database);
  let store: Store | undefined;
  database.create = (options) => {
    store = create(options);
    return store;
  };
  const server = dynalite({ createTableMs: 0 });
  database.create = create;
  if (store === undefined) throw new Error('dynalite has another way to make its store by now');
  return { server, store };
}

async function transact(
  store: Store,
  locks: KeyLocks,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  };
  try {
    answer(200, await transactWrite(store, locks, (await json(request)) as Record<string, unknown>));
  } catch (error) {
    if (!isDynaliteError(error)) throw error;
    answer(error.statusCode, error.body);
  }
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
