import * as z from 'zod/mini';
import { scopes } from '../core/api/scope.ts';
import { modelNamePattern } from '../core/catalog/model-name-pattern.ts';
import { nameSchema } from './control/name-schema.ts';

const daySeconds = 86_400;
/** Their names must fit into what the authorizer may answer, 8 KB. */
const modelsMax = 50;

/** Models that a key or a tenant may use. */
export const modelList = z
  .array(z.string().check(z.regex(modelNamePattern, 'the name of a model')))
  .check(z.minLength(1), z.maxLength(modelsMax));

/** What makes a key. */
export const keyCreation = z.strictObject({
  name: z._default(nameSchema, 'default'),
  scopes: z.optional(z.array(z.enum(scopes)).check(z.minLength(1), z.maxLength(scopes.length))),
  models: z.optional(modelList),
  expiresAt: z.optional(
    z.pipe(
      z.iso.datetime({ offset: true }),
      z.transform((text) => new Date(text).toISOString()),
    ),
  ),
});

/** What rotates a key. */
export const keyRotation = z.strictObject({
  /** How long the old key still works: none, up to a week. */
  overlapSeconds: z._default(z.int().check(z.minimum(0), z.maximum(7 * daySeconds)), daySeconds),
});
