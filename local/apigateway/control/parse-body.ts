import type * as z from 'zod';
import { controlError } from './control-error.ts';

/**
 * Reads the JSON body of a call. An empty one counts as `{}`.
 * @throws AwsError BadRequestException that names the place, never the value: bodies hold keys
 */
export function parseBody<Schema extends z.ZodType>(body: Buffer, schema: Schema): z.infer<Schema> {
  let json: unknown;
  try {
    json = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw controlError.badRequest('Could not parse request body into json');
  }
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data as z.infer<Schema>;
  throw controlError.badRequest(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
