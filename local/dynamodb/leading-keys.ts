import type { TableInput } from './parse-input.ts';

type Item = Readonly<Record<string, Readonly<Record<string, unknown>> | null | undefined>>;

/** The partition key's value in an item or key, as the condition key `dynamodb:LeadingKeys` has it. */
export const leadingKey = (item: Item | null | undefined, partitionKey: string): string => {
  const value = Object.values(item?.[partitionKey] ?? {})[0];
  // A key that is missing or no scalar is refused by the engine. The empty text, which no item has, satisfies no policy until then.
  return typeof value === 'string' ? value : '';
};

/** DynamoDB's own limit; a longer one is refused by the engine, and would only take time to search. */
const expressionLengthMax = 4096;

/** The partition key's value that a Query asks for; empty when it cannot be read off its `KeyConditionExpression`. */
export const queriedKey = (input: TableInput, partitionKey: string): string => {
  const names = input.ExpressionAttributeNames ?? {};
  const expression = input.KeyConditionExpression ?? '';
  if (expression.length > expressionLengthMax) {
    return '';
  }
  for (const [, name = '', placeholder = ''] of expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === partitionKey) {
      return leadingKey(input.ExpressionAttributeValues, placeholder);
    }
  }
  return '';
};
