import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, region, startCloud, tableArn, tableProperties } from './cloud.ts';

let cloud: Cloud;
let client: DynamoDBClient;

const indexed = (...names: string[]) => ({
  ...tableProperties,
  AttributeDefinitions: [
    ...tableProperties.AttributeDefinitions,
    ...names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  ],
  GlobalSecondaryIndexes: names.map((name) => ({
    IndexName: `by-${name}`,
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  })),
});

const put = (TableName: string, pk: string, more: object = {}) =>
  client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: 'x' }, ...more } }));

const queryBy = async (TableName: string, name: string, value: string) => {
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: `by-${name}`,
      KeyConditionExpression: '#n = :v',
      ExpressionAttributeNames: { '#n': name },
      ExpressionAttributeValues: { ':v': { S: value } },
    }),
  );
  return (Items ?? []).map((item) => item['pk']?.S ?? '').sort();
};

beforeAll(async () => {
  cloud = await startCloud({ sweepMs: 100 });
  client = cloud.client();
});

afterAll(async () => {
  await cloud.stop();
  await cloud.remove();
});

describe('a declared table', () => {
  it('is referred to by its name, and keeps its items and id when it is declared again', async () => {
    const first = await cloud.declare('again');
    expect(first).toEqual({ ref: 'again', attributes: { Arn: tableArn('again'), TableId: expect.any(String) } });
    await put('again', 'a');
    expect(await cloud.declare('again')).toEqual(first);
    expect((await client.send(new ScanCommand({ TableName: 'again' }))).Count).toBe(1);
  });

  it('has the name that the template gives it', async () => {
    expect((await cloud.declare('generated', { ...tableProperties, TableName: 'given' })).ref).toBe('given');
  });

  it('gets the indexes of a later template, filled, and loses those that it drops', async () => {
    await cloud.declare('grows', indexed('owner'));
    await put('grows', 'a', { owner: { S: 'ann' }, city: { S: 'ulm' } });
    await put('grows', 'b', { owner: { S: 'bob' }, city: { S: 'ulm' } });
    await put('grows', 'c', { owner: { S: 'bob' } });
    await cloud.declare('grows', indexed('owner', 'city'));
    expect(await queryBy('grows', 'city', 'ulm')).toEqual(['a', 'b']);
    expect(await queryBy('grows', 'owner', 'bob')).toEqual(['b', 'c']);
    await put('grows', 'd', { city: { S: 'ulm' } });
    expect(await queryBy('grows', 'city', 'ulm')).toEqual(['a', 'b', 'd']);
    await cloud.declare('grows', indexed('city'));
    await expect(queryBy('grows', 'owner', 'bob')).rejects.toMatchObject({ name: 'ValidationException' });
    await put('grows', 'e', { owner: { S: 'bob' }, city: { S: 'bonn' } });
    await cloud.declare('grows', indexed('owner', 'city'));
    expect(await queryBy('grows', 'owner', 'bob')).toEqual(['b', 'c', 'e']);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'grows' }));
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['by-owner', 'by-city']);
  });

  it('cannot get other keys', async () => {
    await cloud.declare('fixed');
    const keys = {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [tableProperties.AttributeDefinitions[0]],
    };
    await expect(cloud.declare('fixed', { ...tableProperties, ...keys })).rejects.toThrow(
      'fixed is there already with other keys',
    );
  });

  it('may be of either resource type', async () => {
    const { Replicas: _, ...properties } = tableProperties;
    const { ref } = await cloud.declare('single', properties, 'AWS::DynamoDB::Table');
    await put(ref, 'a');
  });

  it.each<[string, object, string]>([
    ['a replica elsewhere', { Replicas: [{ Region: 'us-east-1' }] }, 'us-east-1'],
    ['two replicas', { Replicas: [{ Region: region }, { Region: 'us-east-1' }] }, 'one replica'],
    ['a stream', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }, 'StreamSpecification'],
    [
      'a key that does not exist',
      {
        SSESpecification: { SSEEnabled: true },
        Replicas: [{ Region: region, SSESpecification: { KMSMasterKeyId: 'none' } }],
      },
      'none',
    ],
    ['an undefined key attribute', { AttributeDefinitions: [tableProperties.AttributeDefinitions[0]] }, 'bad'],
  ])('is an error with %s', async (_, properties, text) => {
    await expect(async () => cloud.declare('bad', { ...tableProperties, ...properties })).rejects.toThrow(text);
  });
});

describe('time to live', () => {
  it('deletes what is over, leaves what is not, and can be switched off', async () => {
    const expiring = { ...tableProperties, TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } };
    await cloud.declare('expiring', { ...expiring, ...indexed('owner') });
    const seconds = Math.floor(Date.now() / 1000);
    const owner = { S: 'ann' };
    await put('expiring', 'over', { owner, expires: { N: String(seconds - 10) } });
    await put('expiring', 'later', { owner, expires: { N: String(seconds + 1000) } });
    await put('expiring', 'never', { owner });
    await put('expiring', 'text', { owner, expires: { S: String(seconds - 10) } });
    await put('expiring', 'ancient', { owner, expires: { N: '1' } });
    const left = ['ancient', 'later', 'never', 'text'];
    const deadline = Date.now() + 10_000;
    while ((await queryBy('expiring', 'owner', 'ann')).length > left.length && Date.now() < deadline) {
      await sleep(50);
    }
    expect(await queryBy('expiring', 'owner', 'ann')).toEqual(left);
    const described = await client.send(new DescribeTimeToLiveCommand({ TableName: 'expiring' }));
    expect(described.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
    await cloud.declare('expiring', indexed('owner'));
    const after = await client.send(new DescribeTimeToLiveCommand({ TableName: 'expiring' }));
    expect(after.TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
  });
});
