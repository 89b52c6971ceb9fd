import type { ApiRequest } from '../core/api/api-request.ts';
import { InvalidInputError } from '../core/api/maas-error.ts';
import { idempotencyKey } from '../core/metering/idempotency/idempotency-key.ts';

/** A random UUID fits: 36 characters, 122 bits. */
const lengthMin = 32;

/**
 * The client's token for repeating a rotation (header `Idempotency-Key`); undefined when it sent none.
 *
 * @throws InvalidInputError for one that is short enough to be guessed: the new key is derived from it
 */
export function rotationToken({ headers }: ApiRequest): string | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const token = idempotencyKey(header);
  if (token.length >= lengthMin) return token;
  throw new InvalidInputError(`Idempotency-Key needs ${lengthMin} characters or more here; send a random UUID`);
}
