import type { AttributeValue, QueryInput } from '@aws-sdk/client-dynamodb';
import type { ItemClient } from './item-client.ts';

type Item = Record<string, AttributeValue>;

/** The items that a Query finds, a page at a time, as the SDK's `paginateQuery` hands them over, which would load all of the SDK. */
export async function* queryPages(
  client: Pick<ItemClient, 'query'>,
  input: Omit<QueryInput, 'ExclusiveStartKey'>,
): AsyncGenerator<Item[], void> {
  let next: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.query({
      ...input,
      ...(next === undefined ? {} : { ExclusiveStartKey: next }),
    });
    yield Items;
    next = LastEvaluatedKey;
  } while (next !== undefined);
}
