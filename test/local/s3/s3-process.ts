import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openS3 } from '../../../local/s3/open-s3.ts';

// An S3 in a process of its own, to be killed: `node s3-process.ts <data folder>` writes its URL.
const [, , dataDir = ''] = process.argv;
const region = 'eu-central-1';
const account = '111122223333';
const credentials = await CredentialStore.open(dataDir, account);
const s3 = openS3({ dataDir, region, account, credentials, keys: new Keys(region, account), log: console.error });
const bucket = s3.resourceTypes.find(({ type }) => type === 'AWS::S3::Bucket');
await bucket?.create({ stack: 's', logicalId: 'B', physicalId: 'durable', properties: {}, region, account });
const server = createServer((req, res) => void s3.handle(req, res));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
