import type { RequestParameter } from '../definition/request-parameter.ts';
import type { Exchange } from '../exchange.ts';
import { GatewayFault } from '../response/gateway-fault.ts';

/**
 * What a request validator checks: the required parameters are there and not blank.
 * @throws GatewayFault BAD_REQUEST_PARAMETERS
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function refuseMissingParameters(exchange: Exchange, required: readonly RequestParameter[]): void {
  const missing = required.filter((parameter) => (exchange.parameter(parameter) ?? '').trim() === '');
  if (missing.length === 0) return;
  const text = `Missing required request parameters: [${missing.map(({ name }) => name).join(', ')}]`;
  throw new GatewayFault('BAD_REQUEST_PARAMETERS', { message: text, validation: text });
}
