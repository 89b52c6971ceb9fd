import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import type { ModelValidator } from './model-validator.ts';
import type { ValidationRequest, ValidationResult } from './validation.ts';

// A hostile model may have taken the sandbox over: its answer is input like any other.
const resultSchema = z.discriminatedUnion('valid', [
  z.strictObject({ valid: z.literal(true) }),
  z.strictObject({ valid: z.literal(false), reason: z.string() }),
]);
const failureSchema = z.object({ errorType: z.optional(z.string()), errorMessage: z.optional(z.string()) });

const reasonMax = 1000;

/** `ModelValidator` by invoking the validate function and waiting for it. Needs `lambda:InvokeFunction` on it. */
export class LambdaModelValidator implements ModelValidator {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async validate(request: ValidationRequest, budgetMs: number): Promise<ValidationResult> {
    const abortSignal = AbortSignal.timeout(Math.max(1, Math.floor(budgetMs)));
    try {
      const { FunctionError, Payload } = await this.#client.send(
        new InvokeCommand({
          FunctionName: this.#functionName,
          InvocationType: 'RequestResponse',
          Payload: JSON.stringify(request),
        }),
        { abortSignal },
      );
      const answer: unknown = parsed(Payload);
      return FunctionError === undefined ? verdict(answer) : crash(answer);
    } catch (error) {
      if (abortSignal.aborted) return unfinished(budgetMs / 1000);
      throw error;
    }
  }
}

function parsed(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}

function verdict(answer: unknown): ValidationResult {
  const { data } = resultSchema.safeParse(answer);
  if (data === undefined) return { valid: false, reason: 'the check gave no verdict; try again' };
  return data.valid ? data : { valid: false, reason: data.reason.slice(0, reasonMax) };
}

/**
 * What Lambda says when the function did not return.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
function crash(answer: unknown): ValidationResult {
  const { errorType = '', errorMessage = '' } = failureSchema.safeParse(answer).data ?? {};
  const seconds = /Task timed out after (\d+(?:\.\d+)?) seconds/.exec(errorMessage)?.[1];
  if (seconds !== undefined) return unfinished(Number(seconds));
  if (/^Runtime\.|^Sandbox\./.test(errorType)) {
    return {
      valid: false,
      reason:
        'the check was ended by the system while it ran the model: it needs more memory than there is, or crashes the runtime',
    };
  }
  // Only the error's name: its message may quote the presigned URLs.
  const name = /^[A-Za-z.]{1,60}$/.test(errorType) ? ` (${errorType})` : '';
  return { valid: false, reason: `the check itself failed${name}; its log says why` };
}

const unfinished = (seconds: number): ValidationResult => ({
  valid: false,
  reason: `did not finish within ${Math.floor(seconds)} s; on one CPU the model takes too long to load, or its sample to compute; make either smaller`,
});
