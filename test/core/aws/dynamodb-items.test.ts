import { DynamoDB, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DynamoDBItems } from '../../../core/aws/dynamodb-items.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';
import type { PolicyStatement } from '../../../local/iam/principal.ts';
import { type Cloud, region, roleWith, startCloud, tableArn } from '../../local/dynamodb/cloud.ts';
import { startAnswering } from './answering-server.ts';

const table = 'items';
const random = (): number => 0;

describe('from a DynamoDB that checks signatures and permissions', () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud();
    await cloud.declare(table);
  });
  afterAll(async () => {
    await cloud.stop();
    await cloud.remove();
  });

  /** A session of a role that may do this on the table. */
  const clientWith = (...Action: string[]): DynamoDBItems => {
    const statement: PolicyStatement = { Effect: 'Allow', Action, Resource: tableArn(table) };
    return new DynamoDBItems({ ...cloud.access(roleWith(...(Action.length === 0 ? [] : [statement]))), random });
  };

  test('items come back as they were put, by key and by query, page after page', async () => {
    const client = clientWith('dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query');
    const items = [1, 2, 3].map((n) => marshall({ pk: 'p', sk: `${n}`, n, text: 'ä"\n\u2028', list: [{ yes: true }] }));
    for (const Item of items) await client.putItem({ TableName: table, Item });
    expect((await client.getItem({ TableName: table, Key: marshall({ pk: 'p', sk: '2' }) })).Item).toEqual(items[1]);
    expect((await client.getItem({ TableName: table, Key: marshall({ pk: 'p', sk: '4' }) })).Item).toBeUndefined();
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': 'p' }),
      ScanIndexForward: false,
      Limit: 2,
    };
    const first = await client.query(query);
    const rest = await client.query({ ...query, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...(first.Items ?? []), ...(rest.Items ?? [])]).toEqual(items.toReversed());
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  test('a condition that does not hold is an error of that name', async () => {
    const client = clientWith('dynamodb:PutItem');
    const put = {
      TableName: table,
      Item: marshall({ pk: 'once', sk: 'x' }),
      ConditionExpression: 'attribute_not_exists(pk)',
    };
    await client.putItem(put);
    await expect(client.putItem(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', status: 400 });
  });

  test('what a role may not do is said in the words of AWS, for the log', async () => {
    const denied = clientWith('dynamodb:GetItem').putItem({ TableName: table, Item: marshall({ pk: 'a', sk: 'b' }) });
    await expect(denied).rejects.toThrow(
      /^DynamoDB answered 400 AccessDeniedException: User: arn:aws:sts::\d+:assumed-role\/.* is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:/,
    );
  });

  test('a wrong secret and an unknown table are errors with their codes', async () => {
    const credentials = { ...cloud.access(roleWith()).credentials, secretAccessKey: 'guessed' };
    const impostor = new DynamoDBItems({ ...cloud.access(roleWith()), credentials, random });
    const key = { TableName: table, Key: marshall({ pk: 'a', sk: 'b' }) };
    await expect(impostor.getItem(key)).rejects.toThrow('400 InvalidSignatureException');
    const elsewhere = new DynamoDBItems({
      ...cloud.access(roleWith({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' })),
      random,
    });
    await expect(elsewhere.getItem({ ...key, TableName: 'none' })).rejects.toThrow('400 ResourceNotFoundException');
  });

  test('any item is written and read as the SDK does', async () => {
    const ours = clientWith('dynamodb:PutItem', 'dynamodb:GetItem');
    const theirs = cloud.client();
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'grapheme' }),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((n) => Math.round(n * 1e3) / 1e3),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z][a-z ."$#]{0,8}$/), tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(value, async (any) => {
        const Item = marshall({ pk: 'any', sk: 'x', any });
        await ours.putItem({ TableName: table, Item });
        const key = { TableName: table, Key: marshall({ pk: 'any', sk: 'x' }) };
        const read = await theirs.send(new GetItemCommand(key));
        expect((await ours.getItem(key)).Item).toEqual(read.Item);
        expect(unmarshall(read.Item ?? {})).toEqual(unmarshall(Item));
      }),
      { numRuns: 50 },
    );
  });
});

test('a request is the SDK’s, byte for byte and with its signature', async () => {
  const { url: endpoint, received } = await startAnswering((_, response) => {
    // The SDK would set its clock by it.
    response.sendDate = false;
    response.end('{}');
  });
  const credentials = { accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: 'session' };
  const theirs = new DynamoDB({ region, endpoint, credentials });
  // What the SDK tells of itself and of its tries.
  const own = /^(amz-sdk-|x-amz-user-agent|user-agent)/;
  const plain =
    <Args extends { request: unknown }, Output>(next: (args: Args) => Promise<Output>) =>
    (args: Args): Promise<Output> => {
      const request = args.request as { headers: Record<string, string> };
      request.headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !own.test(name)));
      return next(args);
    };
  theirs.middlewareStack.addRelativeTo(plain, {
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
    name: 'plain',
  });
  vi.useFakeTimers({ toFake: ['Date'] });
  const calls = async (client: ItemClient): Promise<void> => {
    await client.getItem({ TableName: table, Key: marshall({ pk: 'ä' }), ConsistentRead: true });
    await client.putItem({
      TableName: table,
      Item: marshall({ pk: 'a', n: 1 }),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await client.query({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': 'a' }),
    });
    await client.updateItem({
      TableName: table,
      Key: marshall({ pk: 'a' }),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: marshall({ ':one': 1 }),
    });
  };
  try {
    await calls(theirs);
    await calls(new DynamoDBItems({ region, endpoint, credentials, random }));
  } finally {
    vi.useRealTimers();
    theirs.destroy();
  }
  const signed = received.map(({ method, path, headers, body }) => {
    const { connection: _, ...rest } = headers;
    return { method, path, headers: rest, body: body.toString() };
  });
  expect(signed.slice(4)).toEqual(signed.slice(0, 4));
});
