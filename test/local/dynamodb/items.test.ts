import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud, tableArn, tableProperties } from './cloud.ts';

const TableName = 'items';
let cloud: Cloud;
let client: DynamoDBClient;

const key = (pk: string, sk = 'x') => ({ pk: { S: pk }, sk: { S: sk } });
const put = (Item: Record<string, AttributeValue>, more: object = {}) =>
  client.send(new PutItemCommand({ TableName, Item, ...more }));
const get = async (pk: string, sk?: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: key(pk, sk), ConsistentRead: true }))).Item;

beforeAll(async () => {
  cloud = await startCloud();
  client = cloud.client();
  await cloud.declare(TableName, {
    ...tableProperties,
    AttributeDefinitions: [...tableProperties.AttributeDefinitions, { AttributeName: 'owner', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-owner',
        KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
});

afterAll(async () => {
  await cloud.stop();
  await cloud.remove();
});

describe('items', () => {
  it('come back as they were put, whatever their values', async () => {
    const value: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.string({ unit: 'grapheme' }).map((S) => ({ S })),
        fc.integer().map((number) => ({ N: String(number) })),
        fc.uint8Array({ minLength: 1 }).map((B) => ({ B })),
        fc.boolean().map((BOOL) => ({ BOOL })),
        fc.constant<AttributeValue>({ NULL: true }),
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }).map((SS) => ({ SS })),
        fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
        fc
          .dictionary(
            fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
            tie('value'),
            { maxKeys: 3 },
          )
          .map((M) => ({ M })),
      ),
    })).value;
    await fc.assert(
      fc.asyncProperty(fc.uuid(), value, async (pk, data) => {
        await put({ ...key(pk), data });
        expect((await get(pk))?.['data']).toEqual(data);
      }),
      { numRuns: 40 },
    );
  });

  it('are updated, returned and deleted by expression', async () => {
    await put({ ...key('u'), count: { N: '1' } });
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName,
        Key: key('u'),
        UpdateExpression: 'ADD #c :one SET tags = list_append(if_not_exists(tags, :none), :tags)',
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':none': { L: [] }, ':tags': { L: [{ S: 'a' }] } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(Attributes).toMatchObject({ count: { N: '2' }, tags: { L: [{ S: 'a' }] } });
    const deleted = await client.send(new DeleteItemCommand({ TableName, Key: key('u'), ReturnValues: 'ALL_OLD' }));
    expect(deleted.Attributes).toMatchObject({ count: { N: '2' } });
    expect(await get('u')).toBeUndefined();
  });

  it('are written once by racing conditional puts', async () => {
    const race = Array.from({ length: 50 }, (_, racer) =>
      put({ ...key('race'), racer: { N: String(racer) } }, { ConditionExpression: 'attribute_not_exists(pk)' }).then(
        () => racer,
        (error: Error) => error.name,
      ),
    );
    const results = await Promise.all(race);
    const winners = results.filter((result) => typeof result === 'number');
    expect(winners).toHaveLength(1);
    expect(results.filter((result) => result === 'ConditionalCheckFailedException')).toHaveLength(49);
    expect((await get('race'))?.['racer']).toEqual({ N: String(winners[0]) });
  });

  it('count every one of parallel increments', async () => {
    const increment = new UpdateItemCommand({
      TableName,
      Key: key('counter'),
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });
    await Promise.all(Array.from({ length: 100 }, () => client.send(increment)));
    expect((await get('counter'))?.['hits']).toEqual({ N: '100' });
  });

  it('come along with the failure of their condition, when asked for', async () => {
    await put({ ...key('old'), note: { S: 'first' } });
    const again = { ConditionExpression: 'attribute_not_exists(pk)' };
    await expect(put(key('old'), { ...again, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { note: { S: 'first' } },
    });
    const silent = await put(key('old'), again).catch((error: { Item?: unknown }) => error);
    expect(silent).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((silent as { Item?: unknown }).Item).toBeUndefined();
    await expect(
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: key('old'),
          UpdateExpression: 'SET note = :new',
          ConditionExpression: 'note = :other',
          ExpressionAttributeValues: { ':new': { S: 'new' }, ':other': { S: 'other' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    ).rejects.toMatchObject({ Item: { note: { S: 'first' } } });
  });

  it('are queried in order, in pages and through an index that follows every write', async () => {
    for (let number = 0; number < 10; number++) {
      await put({ ...key('list', `0${number}`), owner: { S: number % 2 ? 'odd' : 'even' } });
    }
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'list' } },
    };
    const first = await client.send(new QueryCommand({ ...query, Limit: 4, ScanIndexForward: false }));
    expect(first.Items?.map((item) => item['sk']?.S)).toEqual(['09', '08', '07', '06']);
    const rest = await client.send(
      new QueryCommand({ ...query, ScanIndexForward: false, ExclusiveStartKey: first.LastEvaluatedKey }),
    );
    expect(rest.Items).toHaveLength(6);
    const byOwner = async (owner: string) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'by-owner',
          KeyConditionExpression: '#o = :owner',
          ExpressionAttributeNames: { '#o': 'owner' },
          ExpressionAttributeValues: { ':owner': { S: owner } },
        }),
      );
      return (Items ?? []).map((item) => item['sk']?.S ?? '').sort();
    };
    expect(await byOwner('odd')).toEqual(['01', '03', '05', '07', '09']);
    await put({ ...key('list', '01'), owner: { S: 'even' } });
    await client.send(new DeleteItemCommand({ TableName, Key: key('list', '03') }));
    expect(await byOwner('odd')).toEqual(['05', '07', '09']);
    expect(await byOwner('even')).toEqual(['00', '01', '02', '04', '06', '08']);
  });

  it('are read and written in batches', async () => {
    const names = Array.from({ length: 25 }, (_, number) => `batch${number}`);
    const requests = names.map((name) => ({ PutRequest: { Item: key(name) } }));
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }),
    );
    expect(UnprocessedItems).toEqual({});
    const Keys = [...names, 'absent'].map((name) => key(name));
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(Responses?.[TableName]).toHaveLength(25);
    const { Items } = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: 'begins_with(pk, :b)',
        ExpressionAttributeValues: { ':b': { S: 'batch' } },
      }),
    );
    expect(Items).toHaveLength(25);
  });
});

describe('a table', () => {
  it('describes itself, its time to live and its backups', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ TableName, TableStatus: 'ACTIVE', TableArn: tableArn(TableName) });
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({ IndexName: 'by-owner', IndexStatus: 'ACTIVE' });
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
      'DISABLED',
    );
  });

  it('that does not exist is not found', async () => {
    const Key = key('a');
    await expect(client.send(new GetItemCommand({ TableName: 'absent', Key }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('is made by templates only', async () => {
    const command = new CreateTableCommand({
      TableName: 'new',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    });
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('CreateTable'),
    });
  });
});

describe('bad input', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a missing key', () => put({ pk: { S: 'a' } })],
    ['an empty key', () => put(key(''))],
    ['a key of another type', () => put({ pk: { N: '1' }, sk: { S: 'x' } })],
    ['an item over 400 kB', () => put({ ...key('big'), data: { S: 'x'.repeat(400 * 1024) } })],
    [
      'an update that lets an item grow over 400 kB',
      () =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: key('grown'),
            UpdateExpression: 'SET #d = :d',
            ExpressionAttributeNames: { '#d': 'data' },
            ExpressionAttributeValues: { ':d': { S: 'x'.repeat(400 * 1024) } },
          }),
        ),
    ],
    ['an expression that does not parse', () => put(key('a'), { ConditionExpression: 'pk ===' })],
    ['a value that is not used', () => put(key('a'), { ExpressionAttributeValues: { ':a': { S: 'a' } } })],
    ['a number that is none', () => put({ ...key('a'), n: { N: 'many' } })],
  ])('is a ValidationException: %s', async (_, send) => {
    await expect(send()).rejects.toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
  });

  /** Each with an expression of so many bytes, most of them blanks. */
  it.each<[string, (expression: (text: string) => string) => Promise<unknown>]>([
    ['ConditionExpression', (long) => put(key('long'), { ConditionExpression: long('attribute_exists(pk) OR a = b') })],
    [
      'UpdateExpression',
      (long) => client.send(new UpdateItemCommand({ TableName, Key: key('long'), UpdateExpression: long('REMOVE a') })),
    ],
    [
      'ProjectionExpression',
      (long) => client.send(new GetItemCommand({ TableName, Key: key('long'), ProjectionExpression: long('a') })),
    ],
    [
      'FilterExpression',
      (long) => client.send(new ScanCommand({ TableName, FilterExpression: long('attribute_exists(a)') })),
    ],
    [
      'KeyConditionExpression',
      (long) =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: long('pk = :pk'),
            ExpressionAttributeValues: { ':pk': { S: 'long' } },
          }),
        ),
    ],
  ])('is an expression above 4 KB: %s', async (name, send) => {
    await put(key('long'));
    await send((text) => text.padEnd(4096));
    await expect(send((text) => text.padEnd(4097))).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: 4097`,
    });
  });

  /** Puts a body that the SDK would not make; resolves with the HTTP status. */
  const putRaw = (body: object | string): Promise<number | undefined> => {
    const command = new PutItemCommand({ TableName, Item: key('raw') });
    command.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> };
        request.body = typeof body === 'string' ? body : JSON.stringify(body);
        request.headers['content-length'] = String(Buffer.byteLength(request.body));
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    return client.send(command).then(
      ({ $metadata }) => $metadata.httpStatusCode,
      (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode,
    );
  };

  it('of any form gets a 4xx, and the process lives', async () => {
    const pid = cloud.enginePid();
    const junk = fc.oneof(fc.jsonValue(), fc.constant({ S: 1 }), fc.constant({ X: 'y' }), fc.constant([[]]));
    const field = fc.constantFrom('Item', 'Key', 'Expected', 'ExpressionAttributeValues');
    await fc.assert(
      fc.asyncProperty(field, junk, async (name, value) => {
        expect([200, 400]).toContain(await putRaw({ TableName, Item: key('raw'), [name]: value }));
      }),
      { numRuns: 100 },
    );
    expect(cloud.enginePid()).toBe(pid);
    expect(cloud.lines).toEqual([]);
  });

  it('that is empty where a value belongs, nested without end or long without end gets a 4xx', async () => {
    const nested = (levels: number) =>
      `{"TableName":"${TableName}","Item":{"pk":{"S":"a"},"sk":{"S":"a"},"d":${'{"L":['.repeat(levels)}${']}'.repeat(levels)}}}`;
    const expression = 'a'.repeat(1024 * 1024);
    for (const body of [
      { TableName, Item: { ...key('raw'), data: null } },
      { TableName, Item: { pk: null } },
      nested(100),
      nested(100_000),
      '{"TableName":',
      { TableName, Item: key('raw'), ConditionExpression: expression },
      { TableName, KeyConditionExpression: expression },
      { TableName: 'x'.repeat(100_000), Item: key('raw') },
      { TableName: null },
      [],
    ]) {
      expect(await putRaw(body)).toBe(400);
    }
    expect(await putRaw(nested(32))).toBe(200);
  });
});
