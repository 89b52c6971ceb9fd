import { parseRequestParameter } from '../definition/request-parameter.ts';
import { reader } from '../variables/compile-template.ts';
import type { VariableReader } from '../variables/context-variable.ts';

/** Reads one part of the caller's identity from a request. */
export type IdentitySource = VariableReader;

/**
 * Compiles `method.request.header.x-api-key, context.identity.sourceIp`: headers, query parameters, stage variables and context.
 * @throws for an expression that API Gateway does not know
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
 */
export function parseIdentitySources(expression: string): IdentitySource[] {
  return expression
    .split(',')
    .map((source) => source.trim())
    .filter((source) => source !== '')
    .map((source) => {
      const parameter = parseRequestParameter(source);
      return parameter === undefined ? reader(source) : (exchange) => exchange.parameter(parameter);
    });
}
