import type * as z from 'zod';
import { refusals } from '../refusals.ts';

/**
 * Reads an input; members that it does not name are left out, as SQS does.
 * @throws SqsError MissingParameter, SerializationException
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const { data, error } = schema.safeParse(input);
  if (error === undefined) return data as z.infer<Schema>;
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  const isMissing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined');
  throw isMissing ? refusals.missing(path) : refusals.illegible(`${path.slice(0, 200)}: ${issue?.message}`);
}
