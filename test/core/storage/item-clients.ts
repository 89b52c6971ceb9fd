import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBItems } from '../../../core/aws/dynamodb-items.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';

const access = { region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

/** What stores of items work over: the SDK in `control`, our own client in `predict`. */
export const itemClients: readonly (readonly [string, (endpoint: string) => ItemClient])[] = [
  ['the SDK', (endpoint) => new DynamoDB({ ...access, endpoint })],
  ['our own client', (endpoint) => new DynamoDBItems({ ...access, endpoint, random: () => 0 })],
];
