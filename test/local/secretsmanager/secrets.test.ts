import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test } from 'vitest';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { PolicyStatement, Principal } from '../../../local/iam/principal.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openSecretsManager } from '../../../local/secretsmanager/open-secrets-manager.ts';

const region = 'eu-central-1';
const account = '123456789012';
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const roleWith = (...Statement: PolicyStatement[]): Principal => ({
  arn: `arn:aws:sts::${account}:assumed-role/worker/session`,
  account,
  roleArn: `arn:aws:iam::${account}:role/worker`,
  policies: [{ Version: '2012-10-17', Statement }],
});

/** A Secrets Manager over a data folder, with one secret under a key of the customer's. */
async function start(dataDir: string) {
  const keys = new Keys(region, account);
  const keyArn = keys.put('key-1', {
    enabled: true,
    policy: {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
    },
  });
  const credentials = await CredentialStore.open(dataDir, account);
  const { service, resourceTypes } = openSecretsManager({ dataDir, region, keys });
  const unused = async () => {
    throw new Error('not part of this test');
  };
  const log = () => undefined;
  const endpoint = await startEndpoint({
    region,
    credentials,
    services: [service],
    s3: unused,
    executeApi: unused,
    log,
  });
  ends.push(() => endpoint.stop());
  const declare = async (properties: object) => {
    const [type] = resourceTypes;
    if (type === undefined) throw new Error('no resource type');
    const declared = { stack: 's', logicalId: 'Secret', physicalId: 's-secret-1', region, account };
    return (await type.create({ ...declared, properties: type.properties.parse(properties) })).ref;
  };
  const client = (principal?: Principal) => {
    const issued = principal === undefined ? credentials.operator : credentials.issue(principal);
    const made = new SecretsManager({ region, endpoint: endpoint.url, credentials: issued, maxAttempts: 1 });
    ends.push(async () => made.destroy());
    return made;
  };
  return { arn: await declare({ Name: 'maas/token', KmsKeyId: 'key-1' }), declare, client, keyArn };
}

async function folder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'secrets-'));
  ends.push(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

test('a secret has no value until one is put, then the newest, and the one before by its label', async () => {
  const { arn, client } = await start(await folder());
  const secrets = client();
  await expect(secrets.getSecretValue({ SecretId: arn })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const { VersionId: first } = await secrets.putSecretValue({ SecretId: arn, SecretString: 'one' });
  const { VersionId: second } = await secrets.putSecretValue({ SecretId: 'maas/token', SecretString: 'two' });
  for (const SecretId of [arn, arn.slice(0, -7), 'maas/token']) {
    expect(await secrets.getSecretValue({ SecretId })).toMatchObject({
      ARN: arn,
      Name: 'maas/token',
      SecretString: 'two',
      VersionId: second,
      VersionStages: ['AWSCURRENT'],
    });
  }
  expect(await secrets.getSecretValue({ SecretId: arn, VersionStage: 'AWSPREVIOUS' })).toMatchObject({
    SecretString: 'one',
    VersionId: first,
  });
  expect(await secrets.describeSecret({ SecretId: arn })).toMatchObject({
    VersionIdsToStages: { [second ?? '']: ['AWSCURRENT'], [first ?? '']: ['AWSPREVIOUS'] },
  });
});

test('a put that is repeated with its token changes nothing; with another value it is refused', async () => {
  const { arn, client } = await start(await folder());
  const secrets = client();
  const put = { SecretId: arn, ClientRequestToken: 'a'.repeat(32), SecretString: 'one' };
  await secrets.putSecretValue(put);
  await secrets.putSecretValue({ SecretId: arn, SecretString: 'two' });
  await secrets.putSecretValue(put);
  expect(await secrets.getSecretValue({ SecretId: arn })).toMatchObject({ SecretString: 'two' });
  await expect(secrets.putSecretValue({ ...put, SecretString: 'three' })).rejects.toMatchObject({
    name: 'ResourceExistsException',
  });
});

test('values outlive the process, in a file that only its owner can read, and a deployment leaves them', async () => {
  const dataDir = await folder();
  const before = await start(dataDir);
  await before.client().putSecretValue({ SecretId: before.arn, SecretString: 'kept' });
  expect((await stat(join(dataDir, 'secretsmanager', 'secrets.json'))).mode & 0o077).toBe(0);
  expect(JSON.parse(await readFile(join(dataDir, 'secretsmanager', 'secrets.json'), 'utf8'))).toHaveProperty([
    'maas/token',
  ]);
  const after = await start(dataDir);
  expect(after.arn).toBe(before.arn);
  expect(await after.client().getSecretValue({ SecretId: after.arn })).toMatchObject({ SecretString: 'kept' });
});

test('who may read a secret may not write it, and nobody does either without the key it lies under', async () => {
  const { arn, client, keyArn } = await start(await folder());
  await client().putSecretValue({ SecretId: arn, SecretString: 'hidden' });
  const viaKey = {
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: keyArn,
    Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
  } as const;
  const reads = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: arn } as const;
  const writes = { Effect: 'Allow', Action: 'secretsmanager:PutSecretValue', Resource: arn } as const;
  const denied = { name: 'AccessDeniedException' };
  const reader = client(roleWith(reads, viaKey));
  expect(await reader.getSecretValue({ SecretId: arn })).toMatchObject({ SecretString: 'hidden' });
  await expect(reader.putSecretValue({ SecretId: arn, SecretString: 'x' })).rejects.toMatchObject(denied);
  await expect(client(roleWith(reads)).getSecretValue({ SecretId: arn })).rejects.toMatchObject(denied);
  await expect(
    client(roleWith(writes, viaKey)).putSecretValue({ SecretId: arn, SecretString: 'x' }),
  ).rejects.toMatchObject(denied);
  await expect(client(roleWith(viaKey)).describeSecret({ SecretId: arn })).rejects.toMatchObject(denied);
});

test('what is not there is named, and what is not honoured is refused', async () => {
  const { declare, client, arn } = await start(await folder());
  await expect(declare({ GenerateSecretString: {} })).rejects.toThrow('GenerateSecretString');
  const secrets = client();
  await expect(secrets.getSecretValue({ SecretId: 'nothing' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(secrets.deleteSecret({ SecretId: arn })).rejects.toMatchObject({ name: 'NotImplemented' });
  await expect(secrets.putSecretValue({ SecretId: arn })).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
