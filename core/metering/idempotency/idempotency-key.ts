import { InvalidInputError } from '../../api/maas-error.ts';

const lengthMax = 255;
/** A string of RFC 9651, whose quotes and backslashes are escaped. */
const quoted = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** What most clients send: no quotes. */
const bare = /^[!#-+\--~]+$/;

/**
 * Reads `Idempotency-Key`: a string in double quotes, as the draft wants it, or the same without them.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07
 * @throws InvalidInputError
 */
export function idempotencyKey(header: string): string {
  const text = header.trim();
  const key = quoted.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? (bare.test(text) ? text : '');
  if (key === '' || key.length > lengthMax) {
    throw new InvalidInputError(
      `Idempotency-Key must be one string of 1 to ${lengthMax} visible ASCII characters, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"`,
    );
  }
  return key;
}
