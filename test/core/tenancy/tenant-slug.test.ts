import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInputError } from '../../../core/api/maas-error.ts';
import { tenantIdPattern } from '../../../core/tenancy/tenant-id-pattern.ts';
import { tenantSlug } from '../../../core/tenancy/tenant-slug.ts';

// Any UTF-16 code unit, lone surrogates too; much quicker than fast-check's own `binary`.
const anyCharacter = fc.nat(0xffff).map((code) => String.fromCharCode(code));

test.each([
  ['acme', 'acme'],
  ['Acme Corp', 'acme-corp'],
  ['Café Müller & Co.', 'cafe-muller-co'],
  ['  --Ünïcode__and   spaces--  ', 'unicode-and-spaces'],
  [`${'x'.repeat(62)} y`, 'x'.repeat(62)],
  ['４２ Ltd', '42-ltd'],
])('%j becomes %j', (name, slug) => {
  expect(tenantSlug(name)).toBe(slug);
});

test('every name gives a valid id, or an error that says what is wrong', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 70 }), (name) => {
      let slug: string;
      try {
        slug = tenantSlug(name);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInputError);
        return;
      }
      expect(slug).toMatch(tenantIdPattern);
      expect(tenantSlug(slug)).toBe(slug);
    }),
  );
});
