import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyStatement } from '../../../local/iam/principal.ts';
import { account, type Cloud, region, roleWith, startCloud, tableArn, tableProperties } from './cloud.ts';

let cloud: Cloud;

const key = (pk = 'a') => ({ pk: { S: pk }, sk: { S: 'x' } });
const allow = (Action: string | string[], Resource: string | string[], more: Partial<PolicyStatement> = {}) =>
  ({ Effect: 'Allow', Action, Resource, ...more }) satisfies PolicyStatement;

/** `done`, or the name of the error. */
const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: Error) => error.name,
  );

const operations: Readonly<Record<string, (client: DynamoDBClient) => Promise<unknown>>> = {
  get: (client) => client.send(new GetItemCommand({ TableName: 'one', Key: key() })),
  put: (client) => client.send(new PutItemCommand({ TableName: 'one', Item: key() })),
  describe: (client) => client.send(new DescribeTableCommand({ TableName: 'one' })),
  query: (client) =>
    client.send(
      new QueryCommand({
        TableName: 'one',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'a' } },
      }),
    ),
  queryIndex: (client) =>
    client.send(
      new QueryCommand({
        TableName: 'one',
        IndexName: 'by-owner',
        KeyConditionExpression: 'owner_id = :o',
        ExpressionAttributeValues: { ':o': { S: 'a' } },
      }),
    ),
  scan: (client) => client.send(new ScanCommand({ TableName: 'one' })),
  batchGet: (client) =>
    client.send(new BatchGetItemCommand({ RequestItems: { one: { Keys: [key()] }, two: { Keys: [key()] } } })),
  batchWrite: (client) =>
    client.send(new BatchWriteItemCommand({ RequestItems: { one: [{ PutRequest: { Item: key() } }] } })),
  transactGet: (client) =>
    client.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'one', Key: key() } }] })),
  transactWrite: (client) =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'one', Item: key() } },
          { ConditionCheck: { TableName: 'two', Key: key(), ConditionExpression: 'attribute_not_exists(pk)' } },
        ],
      }),
    ),
};

beforeAll(async () => {
  cloud = await startCloud();
  await cloud.declare('one', {
    ...tableProperties,
    AttributeDefinitions: [...tableProperties.AttributeDefinitions, { AttributeName: 'owner_id', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-owner',
        KeySchema: [{ AttributeName: 'owner_id', KeyType: 'HASH' }],
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

describe('a signature', () => {
  it('made with another secret is refused', async () => {
    const client = cloud.client(undefined, { secretAccessKey: 'another' });
    await expect(operations['get']?.(client)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('does not cover a body or a target that is changed under way', async () => {
    for (const tamper of [
      (request: { headers: Record<string, string> }) => {
        request.headers['x-amz-target'] = 'DynamoDB_20120810.DeleteItem';
      },
      (request: { body: string | Uint8Array; headers: Record<string, string> }) => {
        const { body } = request;
        request.body = (typeof body === 'string' ? body : new TextDecoder().decode(body)).replace('"a"', '"b"');
      },
    ]) {
      const client = cloud.client();
      client.middlewareStack.add(
        (next) => (args) => {
          tamper(args.request as { body: string; headers: Record<string, string> });
          return next(args);
        },
        { step: 'finalizeRequest', priority: 'low' },
      );
      await expect(operations['get']?.(client)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    }
  });
});

describe('a role', () => {
  it("without permission is told who may not do what to what, in AWS's words", async () => {
    await expect(operations['put']?.(cloud.client(roleWith()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
      message:
        `User: arn:aws:sts::${account}:assumed-role/worker/session is not authorized to perform: dynamodb:PutItem ` +
        `on resource: ${tableArn('one')} because no identity-based policy allows the dynamodb:PutItem action`,
    });
  });

  it('is told nothing about whether the table exists', async () => {
    const read = (TableName: string) =>
      cloud
        .client(roleWith())
        .send(new GetItemCommand({ TableName, Key: key() }))
        .catch((error: Error) => error.message.replace(TableName, '…'));
    expect(await read('absent')).toBe(await read('one'));
  });

  it.each<[string, PolicyStatement[], string[]]>([
    ['reads', [allow(['dynamodb:GetItem', 'dynamodb:Query'], tableArn('one'))], ['get', 'query', 'transactGet']],
    ['reads an index', [allow('dynamodb:Query', `${tableArn('one')}/index/*`)], ['queryIndex']],
    ['scans', [allow('dynamodb:Scan', tableArn('one'))], ['scan']],
    ['reads a batch of one table only', [allow('dynamodb:BatchGetItem', tableArn('one'))], []],
    ['reads batches', [allow('dynamodb:BatchGetItem', [tableArn('one'), tableArn('two')])], ['batchGet']],
    ['writes batches', [allow('dynamodb:BatchWriteItem', tableArn('one'))], ['batchWrite']],
    ['writes', [allow('dynamodb:PutItem', '*')], ['put']],
    [
      'writes and checks',
      [allow('dynamodb:PutItem', tableArn('one')), allow('dynamodb:ConditionCheckItem', tableArn('two'))],
      ['put', 'transactWrite'],
    ],
    [
      'writes in transactions only',
      [
        allow(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], '*', {
          Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] } },
        }),
      ],
      ['transactWrite'],
    ],
    [
      'does all but what is denied',
      [allow('dynamodb:*', '*'), { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: tableArn('one') }],
      Object.keys(operations).filter((name) => name !== 'put' && name !== 'transactWrite'),
    ],
    [
      'keeps to its own partition',
      [allow('dynamodb:*', '*', { Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } } })],
      // DescribeTable has no leading keys, and of all values of none each is the right one.
      Object.keys(operations).filter((name) => name !== 'scan'),
    ],
    [
      'keeps to another partition',
      [allow('dynamodb:*', '*', { Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['b'] } } })],
      ['describe'],
    ],
  ])('that %s may do that and no more', async (_, statements, allowed) => {
    const client = cloud.client(roleWith(...statements));
    const done: string[] = [];
    for (const [name, operation] of Object.entries(operations)) {
      const result = await outcome(operation(client));
      expect(['done', 'AccessDeniedException', 'TransactionCanceledException']).toContain(result);
      if (result !== 'AccessDeniedException') {
        done.push(name);
      }
    }
    expect(done.sort()).toEqual([...allowed].sort());
  });
});

describe("a table with a customer's key", () => {
  it('is read and written by those only who may decrypt with it, through DynamoDB', async () => {
    const arn = cloud.keys.put('key-1', {
      enabled: true,
      policy: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
      },
    });
    await cloud.declare('secret', {
      ...tableProperties,
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [{ Region: region, SSESpecification: { KMSMasterKeyId: arn } }],
    });
    const TableName = 'secret';
    const table = allow('dynamodb:*', tableArn(TableName));
    const via = (service: string) =>
      allow('kms:Decrypt', arn, {
        Condition: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
      });
    for (const [statements, expected] of [
      [[table], 'AccessDeniedException'],
      [[table, via('s3')], 'AccessDeniedException'],
      [[table, via('dynamodb')], 'done'],
    ] as const) {
      const client = cloud.client(roleWith(...statements));
      expect(await outcome(client.send(new PutItemCommand({ TableName, Item: key() })))).toBe(expected);
      expect(await outcome(client.send(new GetItemCommand({ TableName, Key: key() })))).toBe(expected);
      expect(await outcome(client.send(new DescribeTableCommand({ TableName })))).toBe('done');
    }
    await expect(cloud.client(roleWith(table)).send(new GetItemCommand({ TableName, Key: key() }))).rejects.toThrow(
      'KMS key access denied error',
    );
  });
});
