import { isUtf8 } from 'node:buffer';

const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};

const escapes = /\\(?:([abfnrtv\\'"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)/g;

/**
 * What stands between the quotes of a string literal, its escapes resolved. Octal and hexadecimal escapes are bytes, so the result is
 * put together as bytes and read as UTF-8.
 *
 * @returns undefined for an unknown escape, a code point that is none, and bytes that are not UTF-8
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/#strings
 */
export function stringValue(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const match of literal.matchAll(escapes)) {
    const [all, letter, octal, hexadecimal, short, long] = match;
    parts.push(Buffer.from(literal.slice(at, match.index)));
    at = match.index + all.length;
    const byte =
      letter !== undefined
        ? simple[letter]
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : hexadecimal && Number.parseInt(hexadecimal, 16);
    const point = Number.parseInt(short ?? long ?? '', 16);
    if (typeof byte === 'number' && byte <= 0xff) parts.push(Buffer.of(byte));
    else if (point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)) {
      parts.push(Buffer.from(String.fromCodePoint(point)));
    } else return undefined;
  }
  parts.push(Buffer.from(literal.slice(at)));
  const bytes = Buffer.concat(parts);
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
