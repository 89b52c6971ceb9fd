import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { apiKeyChecksum } from '../../../core/tenancy/api-key-checksum.ts';
import { apiKeyPattern } from '../../../core/tenancy/api-key-pattern.ts';
import { mintApiKey } from '../../../core/tenancy/mint-api-key.ts';
import { parseApiKey } from '../../../core/tenancy/parse-api-key.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
// Any UTF-16 code unit, lone surrogates too; much quicker than fast-check's own `binary`.
const anyCharacter = fc.nat(0xffff).map((code) => String.fromCharCode(code));

const minted = fc
  .tuple(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.uint8Array({ minLength: 7, maxLength: 7 }),
    fc.constantFrom('live' as const, 'test' as const),
  )
  .map(([secret, id, environment]) => mintApiKey(environment, (size) => (size === 32 ? secret : id)));

test('a key has the published form, and its id and digest can be read off it', () => {
  fc.assert(
    fc.property(minted, ({ apiKey, keyId, digest }) => {
      expect(apiKey).toMatch(/^maas_(live|test)_[0-9A-Za-z]{10}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
      expect(apiKey).toMatch(apiKeyPattern);
      expect(digest).toBe(createHash('sha256').update(apiKey).digest('hex'));
      expect(parseApiKey(apiKey)).toEqual({ keyId, digest });
    }),
  );
});

test('different secrets give different keys: all 256 bits are in the key', () => {
  const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(secret, fc.nat(255), (bytes, bit) => {
      const flipped = Uint8Array.from(bytes, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const of = (random: Uint8Array) => mintApiKey('live', (size) => random.slice(0, size)).apiKey.slice(21, 64);
      expect(of(flipped)).not.toBe(of(bytes));
    }),
  );
});

test('what is displayed of a key gives away nothing of its secret but four characters of the checksum', () => {
  fc.assert(
    fc.property(minted, ({ apiKey, display, keyId }) => {
      expect(display).toBe(`${apiKey.slice(0, 10)}${keyId}_…${apiKey.slice(-4)}`);
    }),
  );
});

test('a key with one character changed is refused on sight', () => {
  fc.assert(
    fc.property(minted, fc.nat(69), anyCharacter, ({ apiKey }, at, by) => {
      fc.pre(apiKey[at] !== by);
      expect(parseApiKey(apiKey.slice(0, at) + by + apiKey.slice(at + 1))).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

test('a key with one digit changed for another is refused on sight', () => {
  fc.assert(
    fc.property(
      minted,
      fc.integer({ min: 10, max: 69 }),
      fc.constantFrom(...digits.split('')),
      ({ apiKey }, at, by) => {
        fc.pre(apiKey[at] !== by);
        expect(parseApiKey(apiKey.slice(0, at) + by + apiKey.slice(at + 1))).toBeUndefined();
      },
    ),
    { numRuns: 2000 },
  );
});

test('a key with two neighbours swapped, cut short or run on is refused on sight', () => {
  fc.assert(
    fc.property(minted, fc.nat(68), ({ apiKey }, at) => {
      const swapped = apiKey.slice(0, at) + apiKey[at + 1] + apiKey[at] + apiKey.slice(at + 2);
      if (swapped !== apiKey) expect(parseApiKey(swapped)).toBeUndefined();
      expect(parseApiKey(apiKey.slice(0, at))).toBeUndefined();
      expect(parseApiKey(`${apiKey}${apiKey[at]}`)).toBeUndefined();
      expect(parseApiKey(`${apiKey}\n`)).toBeUndefined();
    }),
  );
});

test('no other text is taken for a key', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 100 }), (text) => {
      expect(parseApiKey(text)).toBeUndefined();
    }),
  );
});

test('the checksum is CRC-32 in base 62, so that anyone can check it', () => {
  // The CRC-32 check value of "123456789" is 0xCBF43926.
  const value = apiKeyChecksum('123456789')
    .split('')
    .reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  expect(value).toBe(0xcbf43926);
});
