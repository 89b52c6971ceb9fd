import * as z from 'zod';
import type { PolicyDocument } from '../../iam/principal.ts';

// Only the outline: what the statements may hold is the policy evaluator's to judge.
const statement = z.looseObject({ Effect: z.enum(['Allow', 'Deny']) });
const policyDocument = z.looseObject({ Statement: z.union([z.array(statement), statement]) });

const answer = z.object({
  principalId: z.string(),
  policyDocument,
  // Objects and arrays are refused by API Gateway too.
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
  usageIdentifierKey: z.string().nullish(),
});

/** What an authorizer found out about a caller. */
export interface Grant {
  readonly principalId: string;
  readonly policy: PolicyDocument;
  /** Every value as a text, as functions and access logs get them. */
  readonly context: Readonly<Record<string, string>>;
  /** The value of the API key to count the caller by. */
  readonly usageIdentifierKey: string | undefined;
}

/**
 * Reads an authorizer's output.
 * @throws when it is not in the documented form; the text names the place, never a value
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function parseAuthorizerAnswer(payload: Buffer): Grant {
  const parsed = answer.safeParse(json(payload));
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Error(`the authorizer's answer is malformed: ${where}`);
  }
  const { principalId, context, usageIdentifierKey } = parsed.data;
  const texts = Object.entries(context ?? {}).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)]],
  );
  return {
    principalId,
    policy: parsed.data.policyDocument as unknown as PolicyDocument,
    context: Object.fromEntries(texts) as Record<string, string>,
    usageIdentifierKey: usageIdentifierKey ?? undefined,
  };
}

function json(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    // Without its cause, whose text quotes what the authorizer said.
    throw new Error("the authorizer's answer is not JSON");
  }
}
