import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Credential } from '../../../local/iam/credential.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { PolicyStatement } from '../../../local/iam/principal.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openS3 } from '../../../local/s3/open-s3.ts';

const region = 'eu-central-1';
const account = '111122223333';

/** An S3 on a free port over a folder of its own, with clients that hold the operator's key or a role's. */
export async function startS3({ now = Date.now }: { now?: () => number } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-'));
  const credentials = await CredentialStore.open(dataDir, account);
  const keys = new Keys(region, account);
  const failures: string[] = [];
  const open = () => openS3({ dataDir, region, account, credentials, keys, log: (line) => failures.push(line), now });
  let s3 = open();
  const server = createServer((req, res) => void s3.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: S3Client[] = [];

  /** As CloudFormation would: strips what has no effect, parses, creates. */
  const create = async (type: string, properties: Record<string, unknown>, logicalId = 'Thing') => {
    const found = s3.resourceTypes.find((candidate) => candidate.type === type);
    if (found === undefined) throw new Error(`no resource type ${type}`);
    const effective = Object.entries(properties).filter(([name]) => !(name in found.noLocalEffect));
    return found.create({
      stack: 'test',
      logicalId,
      physicalId: `test-${logicalId.toLowerCase()}-0123abcd`,
      properties: found.properties.parse(Object.fromEntries(effective)),
      region,
      account,
    });
  };

  const client = ({ accessKeyId, secretAccessKey, sessionToken }: Credential, config: S3ClientConfig = {}) => {
    const made = new S3Client({
      region,
      endpoint: url,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      maxAttempts: 1,
      ...config,
    });
    clients.push(made);
    return made;
  };

  return {
    url,
    region,
    account,
    dataDir,
    credentials,
    keys,
    /** Unexpected errors that were logged. */
    failures,
    operator: client(credentials.operator),
    client,
    /** A session of a role with these permissions. */
    role: (...statements: PolicyStatement[]) => {
      const role = `role-${clients.length}`;
      return credentials.issue({
        arn: `arn:aws:sts::${account}:assumed-role/${role}/session`,
        account,
        roleArn: `arn:aws:iam::${account}:role/${role}`,
        policies: [{ Version: '2012-10-17', Statement: statements }],
      });
    },
    create,
    resourceTypes: () => s3.resourceTypes,
    bucket: async (name: string, properties: Record<string, unknown> = {}) => {
      await create('AWS::S3::Bucket', { BucketName: name, ...properties }, name);
      return name;
    },
    /** A customer managed key that leaves the decision to the account's policies. */
    kmsKey: (keyId: string, enabled = true) =>
      keys.put(keyId, {
        enabled,
        policy: {
          Statement: {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
        },
      }),
    /** The files with objects' and parts' contents. */
    contentFiles: async () => {
      const entries = await readdir(join(dataDir, 's3', 'content'), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
    /** Closes and opens it again over the same folder. Buckets have to be declared again. */
    reopen: () => {
      s3.stop();
      s3 = open();
    },
    stop: async () => {
      for (const each of clients) each.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      s3.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
