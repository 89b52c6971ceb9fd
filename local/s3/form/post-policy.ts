import * as z from 'zod';
import { AwsError } from '../../endpoint/aws-call.ts';
import { s3Error } from '../s3-error.ts';

const size = z.union([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);

const condition = z.union([
  z.record(z.string(), z.string()),
  z.tuple([z.string().regex(/^eq$/i), z.string().startsWith('$'), z.string()]),
  z.tuple([z.string().regex(/^starts-with$/i), z.string().startsWith('$'), z.string()]),
  z.tuple([z.string().regex(/^content-length-range$/i), size, size]),
]);

const policy = z.strictObject({
  expiration: z.iso.datetime(),
  conditions: z.array(condition),
});

/** What a POST policy allows, once its fields have been checked: sizes in bytes. */
interface Allowance {
  readonly sizeBytesMin: number;
  readonly sizeBytesMax: number;
}

/** Fields that need no condition: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
const isFree = (field: string): boolean =>
  field === 'policy' || field === 'x-amz-signature' || field === 'bucket' || field.startsWith('x-ignore-');

const denied = (why: string): AwsError => s3Error.accessDenied(`Invalid according to Policy: ${why}`);

/**
 * Holds a form against its policy: not expired, every condition met, every field named by one.
 *
 * @param encoded the `policy` field: JSON in base64
 * @param fields names in lower case, with `bucket` as the request's path has it
 * @throws AwsError `InvalidPolicyDocument`; `AccessDenied` that names the condition or the field
 */
export function checkPostPolicy(encoded: string, fields: ReadonlyMap<string, string>, nowMs: number): Allowance {
  const { expiration, conditions } = parse(encoded);
  if (Date.parse(expiration) <= nowMs) throw denied('Policy expired.');
  const named = new Set<string>();
  let allowance: Allowance = { sizeBytesMin: 0, sizeBytesMax: Number.POSITIVE_INFINITY };
  const check = (shown: unknown, reference: string, holds: (value: string) => boolean): void => {
    const field = reference.toLowerCase();
    named.add(field);
    if (!holds(fields.get(field) ?? '')) throw denied(`Policy Condition failed: ${JSON.stringify(shown)}`);
  };
  for (const each of conditions) {
    if (!Array.isArray(each)) {
      for (const [field, wanted] of Object.entries(each)) {
        check(['eq', `$${field}`, wanted], field, (value) => value === wanted);
      }
      continue;
    }
    const [operator, first, second] = each;
    if (typeof first === 'number' || typeof second === 'number') {
      allowance = {
        sizeBytesMin: Math.max(allowance.sizeBytesMin, Number(first)),
        sizeBytesMax: Math.min(allowance.sizeBytesMax, Number(second)),
      };
    } else if (operator.toLowerCase() === 'eq') {
      check(each, first.slice(1), (value) => value === second);
    } else {
      check(each, first.slice(1), (value) => startsWith(first.slice(1), value, second));
    }
  }
  const extra = [...fields.keys()].filter((field) => !named.has(field) && !isFree(field));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  return allowance;
}

/** Of a list of content types each one has to start so. */
const startsWith = (field: string, value: string, prefix: string): boolean =>
  field.toLowerCase() === 'content-type'
    ? value.split(',').every((type) => type.startsWith(prefix))
    : value.startsWith(prefix);

function parse(encoded: string): z.infer<typeof policy> {
  try {
    return policy.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  } catch (error) {
    throw new AwsError(
      'InvalidPolicyDocument',
      400,
      'The content of the form does not meet the conditions specified in the policy document.',
      {
        cause: error,
      },
    );
  }
}
