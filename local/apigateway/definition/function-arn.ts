/**
 * The function in `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations`.
 * @throws when the URI is anything else: other services and stage variables in URIs are not emulated
 */
export function functionArn(uri: string): string {
  const match = /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:[^/$]+)\/invocations$/.exec(
    uri,
  );
  if (match?.[1] === undefined) throw new Error(`the URI ${uri} is not the invocation of a Lambda function`);
  return match[1];
}
