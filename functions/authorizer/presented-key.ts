import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Route } from '../../core/api/route.ts';

/**
 * The API key that a request presents, in the one header that the route's authorizer is cached by. Another header never counts:
 * the answer would be kept under a key that it was not given for. Neither does a header that came twice, as it is not said which
 * of the two the cache goes by.
 *
 * @returns undefined when there is none, or an `Authorization` that is not `Bearer`
 */
export function presentedKey(event: APIGatewayRequestAuthorizerEvent, route: Route): string | undefined {
  switch (route.authorization) {
    case 'api-key':
      return header(event, 'x-api-key');
    case 'bearer':
      return /^bearer +(\S+)$/i.exec(header(event, 'authorization') ?? '')?.[1];
    case 'iam':
    case 'none':
      return undefined;
  }
}

function header(event: APIGatewayRequestAuthorizerEvent, wanted: string): string | undefined {
  const values: string[] = [];
  const several = Object.entries(event.multiValueHeaders ?? {});
  const single = Object.entries(event.headers ?? {}).map(([name, value]) => [name, [value]] as const);
  for (const [name, given] of several.length > 0 ? several : single) {
    if (name.toLowerCase() !== wanted) continue;
    for (const value of given ?? []) if (value !== undefined) values.push(value);
  }
  return values.length === 1 ? values[0] : undefined;
}
