// An SQS in a process of its own, to be killed: `node sqs-process.ts <data folder>` writes its URL.
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openSqs } from '../../../local/sqs/open-sqs.ts';

const [, , dataDir = ''] = process.argv;
const region = 'eu-central-1';
const account = '123456789012';
const credentials = await CredentialStore.open(dataDir, account);
const keys = new Keys(region, account);
const sqs = openSqs({ dataDir, region, account, keys, endpoint: () => endpoint.url });
const unused = async (): Promise<void> => undefined;
const services = [sqs.service];
const endpoint = await startEndpoint({
  region,
  credentials,
  services,
  s3: unused,
  executeApi: unused,
  log: console.error,
});
const type = sqs.resourceTypes.find(({ type }) => type === 'AWS::SQS::Queue');
const properties = type?.properties.parse({});
const queue = await type?.create({ stack: 's', logicalId: 'Q', physicalId: 'durable', properties, region, account });
console.log(queue?.ref);
