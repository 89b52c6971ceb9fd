import { parseRequestParameter } from '../definition/request-parameter.ts';
import type { Exchange } from '../exchange.ts';
import { reader } from './compile-template.ts';

export type MappedValue = (exchange: Exchange) => string | undefined;

/**
 * What a parameter mapping takes its value from: `'a constant'`, `context.x`, `stageVariables.x`, `method.request.header.x`.
 * @throws for anything else
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html
 */
export function mappedValue(source: string): MappedValue {
  const constant = /^'(.*)'$/.exec(source)?.[1];
  if (constant !== undefined) return () => constant;
  const parameter = parseRequestParameter(source);
  return parameter === undefined ? reader(source) : (exchange) => exchange.parameter(parameter);
}
