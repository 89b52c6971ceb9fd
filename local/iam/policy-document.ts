import * as z from 'zod';
import { compilePolicy } from './compile-policy.ts';
import { PolicyError } from './policy-error.ts';

const names = z.union([z.string(), z.array(z.string())]);
const principals = z.union([z.literal('*'), z.record(z.string(), names)]);
const value = z.union([z.string(), z.number(), z.boolean()]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: names.optional(),
  NotAction: names.optional(),
  Resource: names.optional(),
  NotResource: names.optional(),
  Principal: principals.optional(),
  NotPrincipal: principals.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([value, z.array(value)]))).optional(),
});

const document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement)]),
});

/**
 * A policy document in a template. One that the evaluator cannot honour in full (an unknown condition operator, a principal of an
 * unknown kind) does not parse.
 *
 * @param kind `identity` for what is attached to roles, `resource` for bucket, key, function and trust policies
 */
export const policyDocument = (kind: 'identity' | 'resource') =>
  document.superRefine((parsed, context) => {
    try {
      compilePolicy(parsed, kind);
    } catch (error) {
      if (!(error instanceof PolicyError)) {
        throw error;
      }
      context.addIssue({ code: 'custom', message: error.message });
    }
  });
