import { UnavailableError } from '../api/maas-error.ts';
import type { GatewayKeys } from './gateway-keys.ts';

/**
 * Makes a revocation take effect now and not when the gateway's cached authorizations run out (60 s).
 *
 * @param done what is true already, for the reader of the error, e.g. `key abc is revoked`
 * @throws UnavailableError when the cache could not be flushed; the caller may repeat the whole operation
 */
export async function flushAuthorizations(gateway: GatewayKeys, done: string): Promise<void> {
  try {
    await gateway.flushAuthorizations();
  } catch (cause) {
    throw new UnavailableError(
      `${done}, but the gateway's cached authorizations could not be flushed, so requests may still pass for up to 60 s`,
      { cause },
    );
  }
}
