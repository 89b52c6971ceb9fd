import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CreatedResource } from '../../../local/cloudformation/resource-type.ts';
import { startDynamoDB } from '../../../local/dynamodb/start-dynamodb.ts';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { PolicyStatement, Principal } from '../../../local/iam/principal.ts';
import { Keys } from '../../../local/kms/keys.ts';

export const region = 'eu-central-1';
export const account = '123456789012';
export const tableArn = (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`;

/** A role's session with these permissions. */
export const roleWith = (...Statement: PolicyStatement[]): Principal => ({
  arn: `arn:aws:sts::${account}:assumed-role/worker/session`,
  account,
  roleArn: `arn:aws:iam::${account}:role/worker`,
  policies: Statement.length === 0 ? [] : [{ Version: '2012-10-17', Statement }],
});

export const newDataDir = () => mkdtemp(join(tmpdir(), 'dynamodb-'));

/** A table with a partition key `pk` and a sort key `sk`, as TableV2 renders it. */
export const tableProperties = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  Replicas: [{ Region: region }],
};

/** DynamoDB behind an endpoint, over a data folder. */
export const startCloud = async (options: { dataDir?: string; sweepMs?: number } = {}) => {
  const dataDir = options.dataDir ?? (await newDataDir());
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const credentials = await CredentialStore.open(dataDir, account);
  const keys = new Keys(region, account);
  const dynamodb = await startDynamoDB({
    dataDir,
    region,
    account,
    keys,
    log,
    ...(options.sweepMs && { sweepMs: options.sweepMs }),
  });
  const unused = async () => {
    throw new Error('not part of this test');
  };
  const services = [dynamodb.service];
  const endpoint = await startEndpoint({ region, credentials, services, s3: unused, executeApi: unused, log });
  const clients: DynamoDBClient[] = [];
  return {
    dataDir,
    keys,
    lines,
    enginePid: () => dynamodb.enginePid(),
    /** Where it is, and credentials of this principal. */
    access: (principal: Principal) => ({ region, endpoint: endpoint.url, credentials: credentials.issue(principal) }),
    /** A client with credentials of this principal, else the operator's. */
    client: (principal?: Principal, more: { maxAttempts?: number; secretAccessKey?: string } = {}) => {
      const { accessKeyId, secretAccessKey, sessionToken } = principal
        ? credentials.issue(principal)
        : credentials.operator;
      const client = new DynamoDBClient({
        region,
        endpoint: endpoint.url,
        maxAttempts: more.maxAttempts ?? 1,
        credentials: {
          accessKeyId,
          secretAccessKey: more.secretAccessKey ?? secretAccessKey,
          ...(sessionToken && { sessionToken }),
        },
      });
      clients.push(client);
      return client;
    },
    /** Declares a table the way a template does, its properties parsed first. */
    declare: (
      name: string,
      properties: object = tableProperties,
      typeName = 'AWS::DynamoDB::GlobalTable',
    ): Promise<CreatedResource> => {
      const type = dynamodb.resourceTypes.find((each) => each.type === typeName);
      if (!type) {
        throw new Error(`no resource type ${typeName}`);
      }
      const declared = { stack: 'stack', logicalId: 'Table', physicalId: name, region, account };
      return type.create({ ...declared, properties: type.properties.parse(properties) });
    },
    stop: async () => {
      for (const client of clients) {
        client.destroy();
      }
      await endpoint.stop();
      await dynamodb.stop();
    },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
};

export type Cloud = Awaited<ReturnType<typeof startCloud>>;
