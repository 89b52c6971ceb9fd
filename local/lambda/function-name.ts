/** A function as callers name it. */
export interface FunctionName {
  readonly name: string;
  /** Version or alias; absent where the name says none. */
  readonly qualifier?: string;
}

const word = '[A-Za-z0-9-_]{1,64}';
const form = new RegExp(
  `^(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(?:\\d{12}:)?(?:function:)?(?<name>${word})(?::(?<qualifier>\\$LATEST|[A-Za-z0-9-_]+))?$`,
);

/**
 * Reads a function's name, partial ARN or ARN; `undefined` for anything else.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
 */
export function functionName(text: string): FunctionName | undefined {
  const { name, qualifier } = form.exec(text)?.groups ?? {};
  if (name === undefined) return undefined;
  return { name, ...(qualifier !== undefined && { qualifier }) };
}
