import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Attribute {
  readonly S?: string;
}
type Item = Readonly<Record<string, Attribute>>;

interface DynamoInput {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ExpressionAttributeValues?: Item;
}

/**
 * As much of DynamoDB and S3 as the predict function calls: GetItem and Query by key, PutItem that refuses an item that is there, GetObject.
 * Anything else answers 501 with its name, so that a new call shows up as one.
 */
export interface FakeAws {
  readonly url: string;
  /** Items by table, partition and sort key. */
  readonly items: Map<string, Item>;
  /** Objects by `bucket/key`. */
  readonly objects: Map<string, Uint8Array>;
  /** Operations in the order of their calls. */
  readonly calls: string[];
  readonly close: () => Promise<void>;
}

export async function fakeAws(): Promise<FakeAws> {
  const items = new Map<string, Item>();
  const objects = new Map<string, Uint8Array>();
  const calls: string[] = [];

  const dynamo = (
    operation: string,
    { TableName, Key, Item, ExpressionAttributeValues: values }: DynamoInput,
  ): [number, object] => {
    const place = (keys: Item): string => `${TableName}/${keys['pk']?.S}/${keys['sk']?.S}`;
    switch (operation) {
      case 'GetItem': {
        const found = items.get(place(Key ?? {}));
        return [200, found === undefined ? {} : { Item: found }];
      }
      case 'Query': {
        const prefix = `${TableName}/${values?.[':pk']?.S}/`;
        return [200, { Items: [...items].filter(([key]) => key.startsWith(prefix)).map(([, item]) => item) }];
      }
      case 'PutItem': {
        const key = place(Item ?? {});
        if (items.has(key)) return [400, { __type: 'ConditionalCheckFailedException' }];
        items.set(key, Item ?? {});
        return [200, {}];
      }
      default:
        return [501, { __type: 'NotImplemented', message: operation }];
    }
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') {
      const operation = target.split('.')[1] ?? '';
      calls.push(operation);
      const [status, answer] = dynamo(operation, (await json(request)) as DynamoInput);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
      return;
    }
    calls.push(`${request.method === 'GET' ? 'GetObject' : request.method}`);
    const { pathname } = new URL(request.url ?? '', 'http://s3');
    const object = objects.get(decodeURIComponent(pathname.slice(1)));
    if (object === undefined) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    else response.writeHead(200, { 'content-length': object.length }).end(object);
  };

  const server: Server = createServer((request, response) => {
    void respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    items,
    objects,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
