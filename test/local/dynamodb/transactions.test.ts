import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud, tableProperties } from './cloud.ts';

let cloud: Cloud;
let client: DynamoDBClient;

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const get = async (pk: string, TableName = 'one') =>
  (await client.send(new GetItemCommand({ TableName, Key: key(pk) }))).Item;
const fresh = (pk: string, TableName = 'one'): TransactWriteItem => ({
  Put: { TableName, Item: key(pk), ConditionExpression: 'attribute_not_exists(pk)' },
});

beforeAll(async () => {
  cloud = await startCloud();
  client = cloud.client();
  await cloud.declare('one', {
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
  await cloud.declare('two');
});

afterAll(async () => {
  await cloud.stop();
  await cloud.remove();
});

describe('a transaction', () => {
  it('does all of its parts, over several tables', async () => {
    await client.send(new PutItemCommand({ TableName: 'two', Item: key('gone') }));
    await write([
      fresh('all'),
      { Delete: { TableName: 'two', Key: key('gone') } },
      {
        Update: {
          TableName: 'two',
          Key: key('all'),
          UpdateExpression: 'SET n = :n',
          ExpressionAttributeValues: { ':n': { N: '1' } },
        },
      },
      { ConditionCheck: { TableName: 'one', Key: key('absent'), ConditionExpression: 'attribute_not_exists(pk)' } },
    ]);
    expect(await get('all')).toBeDefined();
    expect(await get('all', 'two')).toMatchObject({ n: { N: '1' } });
    expect(await get('gone', 'two')).toBeUndefined();
    expect(await get('absent')).toBeUndefined();
  });

  it('does nothing when one part fails, and says which and why', async () => {
    await client.send(new PutItemCommand({ TableName: 'one', Item: { ...key('taken'), note: { S: 'mine' } } }));
    const failing = fresh('taken');
    const attempt = write([
      fresh('untouched', 'two'),
      { Put: { ...failing.Put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as TransactWriteItem['Put'] },
    ]);
    await expect(attempt).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { note: { S: 'mine' } } },
      ],
    });
    expect(await get('untouched', 'two')).toBeUndefined();
  });

  it('lets exactly one of those win that want the same item', async () => {
    const race = Array.from({ length: 20 }, (_, racer) =>
      write([fresh('race'), fresh(`racer-${racer}`, 'two')]).then(
        () => true,
        () => false,
      ),
    );
    expect((await Promise.all(race)).filter(Boolean)).toHaveLength(1);
  });

  it('keeps sums that are moved about, in the table as in the index', async () => {
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) {
      const Item = { ...key(`sum-${name}`), n: { N: '100' }, owner: { S: 'sum' } };
      await client.send(new PutItemCommand({ TableName: 'one', Item }));
    }
    const add = (name: string, by: number): TransactWriteItem => ({
      Update: {
        TableName: 'one',
        Key: key(`sum-${name}`),
        UpdateExpression: 'ADD n :by',
        ExpressionAttributeValues: { ':by': { N: String(by) } },
      },
    });
    /** What meets another is refused, and tried again as the SDK does not. */
    const move = async (step: number): Promise<void> => {
      const [from = '', to = ''] = [names[step % 4], names[(step + 1 + (step % 3)) % 4]];
      await write([add(from, -step), add(to, step)]).catch((error: TransactionCanceledException) => {
        if (!error.CancellationReasons?.some(({ Code }) => Code === 'TransactionConflict')) throw error;
        return move(step);
      });
    };
    await Promise.all(Array.from({ length: 60 }, (_, step) => move(step)));
    const { Responses } = await client.send(
      new TransactGetItemsCommand({
        TransactItems: names.map((name) => ({ Get: { TableName: 'one', Key: key(`sum-${name}`) } })),
      }),
    );
    const sum = (items: (Record<string, { N?: string }> | undefined)[]) =>
      items.reduce((total, item) => total + Number(item?.['n']?.N), 0);
    expect(sum((Responses ?? []).map(({ Item }) => Item as Record<string, { N?: string }>))).toBe(400);
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'one',
        IndexName: 'by-owner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'sum' } },
      }),
    );
    expect(Items).toHaveLength(4);
    expect(sum((Items ?? []) as Record<string, { N?: string }>[])).toBe(400);
  });

  it('is refused when it meets another, and so is a write that meets it: what is answered with success stays, and nothing else', async () => {
    const note = (text: string) => ({ note: { S: text } });
    const met = new Set<string>();
    const succeeded: string[] = [];
    const collect = async (name: string, sent: Promise<unknown>): Promise<void> => {
      try {
        await sent;
        succeeded.push(name);
      } catch (error) {
        const { name: code, CancellationReasons: reasons } = error as TransactionCanceledException;
        expect(code).toMatch(/^Transaction(Conflict|Canceled)Exception$/);
        if (reasons !== undefined) expect(reasons.map(({ Code }) => Code)).toEqual(['TransactionConflict', 'None']);
        met.add(code);
      }
    };
    for (let round = 0; round < 50 && met.size < 2; round += 1) {
      succeeded.length = 0;
      await Promise.all(
        Array.from({ length: 20 }, (_, at) => {
          const Item = { ...key('contested'), ...note(`${at}`) };
          if (at % 2 > 0) return collect(`${at}`, client.send(new PutItemCommand({ TableName: 'one', Item })));
          const other = { Put: { TableName: 'two', Item: { ...key(`contested-${at}`), ...note(`${round}`) } } };
          return collect(`${at}`, write([{ Put: { TableName: 'one', Item } }, other]));
        }),
      );
      expect(succeeded).toContain((await get('contested'))?.['note']?.S);
      for (let at = 0; at < 20; at += 2) {
        const done = (await get(`contested-${at}`, 'two'))?.['note']?.S === `${round}`;
        expect([at, done]).toEqual([at, succeeded.includes(`${at}`)]);
      }
    }
    expect([...met].sort()).toEqual(['TransactionCanceledException', 'TransactionConflictException']);
  });

  it('takes up to 4 MB of items, as they are when it has been done', async () => {
    const grown = (pk: string, bytes: number): TransactWriteItem => ({
      Update: {
        TableName: 'two',
        Key: key(pk),
        UpdateExpression: 'SET #d = list_append(if_not_exists(#d, :none), :data)',
        ExpressionAttributeNames: { '#d': 'data' },
        ExpressionAttributeValues: { ':none': { L: [] }, ':data': { L: [{ S: 'x'.repeat(bytes) }] } },
      },
    });
    const all = (bytes: number) => write(Array.from({ length: 12 }, (_, at) => grown(`grown-${at}`, bytes)));
    await all(200_000);
    await expect(all(199_000)).rejects.toMatchObject({ name: 'ValidationException', message: /4 MB/ });
    await all(100_000);
  });

  it('happens once however often it is sent with its token', async () => {
    await write([fresh('token')], 'token-1');
    await write([fresh('token')], 'token-1');
    await expect(write([fresh('other')], 'token-1')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    await expect(write([fresh('token')], 'token-2')).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(await get('other')).toBeUndefined();
  });

  it.each<[string, TransactWriteItem[]]>([
    ['one item twice', [fresh('twice'), { Delete: { TableName: 'one', Key: key('twice') } }]],
    ['no items', []],
    ['more than a hundred items', Array.from({ length: 101 }, (_, at) => fresh(`many-${at}`))],
    ['a part of two kinds', [{ ...fresh('both'), Delete: { TableName: 'two', Key: key('both') } }]],
    [
      'an expression that does not parse',
      [{ ...fresh('x'), Put: { TableName: 'one', Item: key('x'), ConditionExpression: '=' } }],
    ],
    ['a key that does not fit', [{ Delete: { TableName: 'one', Key: { pk: { S: 'a' } } } }]],
  ])('is refused with %s', async (_, items) => {
    await expect(write(items)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
