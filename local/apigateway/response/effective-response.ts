import type { GatewayFault } from './gateway-fault.ts';
import type { GatewayResponse } from './gateway-response.ts';
import { type GatewayResponseType, gatewayResponseTypes } from './gateway-response-types.ts';

/**
 * Which declared gateway response renders a fault: its own type's, else the default of its class, else none (the built-in one).
 * AWS documents that the 413 cannot be customized, so nothing declared touches it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function effectiveResponse(
  declared: ReadonlyMap<GatewayResponseType, GatewayResponse>,
  { type }: GatewayFault,
): GatewayResponse | undefined {
  if (type === 'REQUEST_TOO_LARGE') return undefined;
  const fallback = gatewayResponseTypes[type].status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
  return declared.get(type) ?? declared.get(fallback);
}
