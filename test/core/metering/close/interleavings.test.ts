import { afterAll, beforeAll, test } from 'vitest';
import { checkInterleavings } from '../../../chaos/interleavings.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

test('whatever happens in whatever order, and wherever a process dies, usage is exact at once and rollups in the end', async () => {
  await checkInterleavings(dynamo, 12);
}, 60_000);
