import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { serviceUrl } from '../../../core/aws/service-url.ts';

test.each([
  { region: 'us-east-1' },
  { region: 'eu-central-1' },
  { region: 'us-gov-west-1' },
  { region: 'cn-north-1' },
  { region: 'eusc-de-east-1' },
  { region: 'us-iso-east-1' },
  { region: 'us-isob-east-1' },
  { region: 'us-isof-south-1' },
  { region: 'eu-isoe-west-1' },
  { region: 'eu-central-1', endpoint: 'http://127.0.0.1:4566' },
  { region: 'eu-central-1', endpoint: 'https://vpce-1a2b.dynamodb.eu-central-1.vpce.amazonaws.com' },
])('a service is where the SDK looks for it: %o', async ({ region, endpoint }) => {
  let origin = '';
  const client = new DynamoDBClient({
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: {
      handle: async ({ protocol, hostname, port }: { protocol: string; hostname: string; port?: number }) => {
        origin = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`).origin;
        throw new Error('seen enough');
      },
    },
  });
  await expect(client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }))).rejects.toThrow();
  expect(serviceUrl('dynamodb', region, endpoint).origin).toBe(origin);
});
