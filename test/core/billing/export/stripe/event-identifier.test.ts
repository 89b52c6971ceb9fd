import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  customerMark,
  eventIdentifier,
  identifiedEvent,
} from '../../../../../core/billing/export/stripe/event-identifier.ts';

const row = { tenant: 'acme', hour: '2026-11-22T05', version: 3 };

test('an identifier says tenant, meter, hour, version and whose it is', () => {
  expect(eventIdentifier(row, 'cus_1', 'tokens')).toMatch(/^acme:tokens:2026-11-22T05:3:[\w-]{4}$/);
  expect(eventIdentifier({ ...row, refusals: 2 }, 'cus_1', 'tokens')).toMatch(/^acme:tokens:2026-11-22T05:3\.2:/);
});

test('Stripe takes every identifier, it leads back to its row, and no two things have the same', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
  const thing = fc.record({
    tenant: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
    hour: fc
      .date({ min: new Date('2025-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 13)),
    version: fc.integer({ min: 1, max: 999_999 }),
    refusals: fc.integer({ min: 1, max: 99 }),
    customer: name,
    meter: name,
  });
  const of = ({ customer, meter, ...of }: typeof thing extends fc.Arbitrary<infer T> ? T : never): string =>
    eventIdentifier(of, customer, meter);
  fc.assert(
    fc.property(thing, thing, (one, other) => {
      const identifier = of(one);
      expect(identifier.length).toBeLessThanOrEqual(100);
      expect(identifiedEvent(identifier)).toEqual({
        tenant: one.tenant,
        hour: one.hour,
        version: one.version,
        mark: customerMark(one.customer),
      });
      for (const field of ['tenant', 'hour', 'version', 'refusals', 'customer', 'meter'] as const) {
        const changed = { ...one, [field]: other[field] };
        expect(of(changed) === identifier).toBe(changed[field] === one[field]);
      }
    }),
    { numRuns: 200 },
  );
});

test.each([
  '',
  'a:b',
  'idmp_123',
  'acme:m:2026-11-22T05:1',
  'acme:m:x:1:abcd',
  'A B:m:2026-11-22T05:1:abcd',
  'a:m:2026-11-22T05:1:abcd:e',
  'a:m:2026-11-22T05:one:abcd',
])('the identifier %j is somebody else’s', (identifier) => {
  expect(identifiedEvent(identifier)).toBeUndefined();
});
