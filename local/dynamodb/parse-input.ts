import * as z from 'zod';
import { dynamodbError } from './dynamodb-error.ts';

const text = z.string();
/** Of a table or an index. */
const name = z.string().max(255);
const value = z.record(text, z.unknown());
const item = z.record(text, value.nullish());

const tableInput = z.looseObject({
  TableName: name,
  IndexName: name.nullish(),
  Key: item.nullish(),
  Item: item.nullish(),
  KeyConditionExpression: text.nullish(),
  ExpressionAttributeNames: z.record(text, text).nullish(),
  ExpressionAttributeValues: item.nullish(),
  Select: text.nullish(),
  ReturnValues: text.nullish(),
  ReturnConsumedCapacity: text.nullish(),
});
const batchGetInput = z.looseObject({
  RequestItems: z.record(name, z.looseObject({ Keys: z.array(item) })),
});
const batchWriteInput = z.looseObject({
  RequestItems: z.record(
    name,
    z.array(
      z.looseObject({
        PutRequest: z.looseObject({ Item: item }).nullish(),
        DeleteRequest: z.looseObject({ Key: item }).nullish(),
      }),
    ),
  ),
});
const transactInput = z.looseObject({
  TransactItems: z.array(
    z.record(z.string(), z.looseObject({ TableName: name, Key: item.nullish(), Item: item.nullish() }).nullable()),
  ),
});

export type TableInput = z.infer<typeof tableInput>;

/** Reads as much of an operation's input as says what it touches. Whatever is not legible is refused here and never reaches a table. */
const parse = <Schema extends z.ZodType>(schema: Schema, body: Buffer): z.infer<Schema> => {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw dynamodbError('SerializationException', 'The body is not JSON');
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw dynamodbError('ValidationException', `Invalid input at '${issue?.path.join('.')}': ${issue?.message}`);
  }
  return result.data;
};

export const parseTableInput = (body: Buffer) => parse(tableInput, body);
export const parseBatchGetInput = (body: Buffer) => parse(batchGetInput, body);
export const parseBatchWriteInput = (body: Buffer) => parse(batchWriteInput, body);
export const parseTransactInput = (body: Buffer) => parse(transactInput, body);
