import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Currency } from '../../../core/billing/money/currency.ts';
import { decimalText } from '../../../core/billing/money/decimal-text.ts';
import { divideHalfAway } from '../../../core/billing/money/divide-half-away.ts';
import { exactText } from '../../../core/billing/money/exact-text.ts';
import { picoUnits } from '../../../core/billing/money/pico-units.ts';
import { splitAmount } from '../../../core/billing/money/split-amount.ts';
import type { Charge } from '../../../core/billing/price-book/price-book.ts';
import { chargeAmount } from '../../../core/billing/rating/charge-amount.ts';
import { rate } from '../../../core/billing/rating/rate.ts';
import { termsAmounts } from '../../../core/billing/rating/terms-amounts.ts';
import { UsageByPrice } from '../../../core/billing/rating/usage-by-price.ts';
import { itemPrice, priceBook, published, rollup, row } from './books.ts';

const euro = new Currency('EUR');
const exact = (charge: Charge, quantity: number): string => exactText(chargeAmount(charge, BigInt(quantity)).exact);

// https://docs.killbill.io/latest/userguide_subscription#components-catalog-usage: 1,500 minutes in blocks of ten, 2,048 megabytes.
test.each([
  ['graduated', '125', '614.4', '739.4'],
  ['volume', '75', '204.8', '279.8'],
] as const)('Kill Bill: minutes and megabytes cost by %s what its guide says', (kind, minutes, megabytes, total) => {
  const minutesCharge: Charge = { kind, size: 10, tiers: [{ upTo: 100, price: '1.00' }, { price: '0.50' }] };
  const megabytesCharge: Charge = { kind, tiers: [{ upTo: 1024, price: '0.5' }, { price: '0.1' }] };
  expect(exact(minutesCharge, 1500)).toBe(minutes);
  expect(exact(megabytesCharge, 2048)).toBe(megabytes);
  const sum = chargeAmount(minutesCharge, 1500n).exact + chargeAmount(megabytesCharge, 2048n).exact;
  expect(exactText(sum)).toBe(total);
});

test('volume: the unit that reaches the next tier reprices all before it', () => {
  const charge: Charge = { kind: 'volume', tiers: [{ upTo: 15, price: '10' }, { price: '5' }] };
  expect([exact(charge, 15), exact(charge, 16)]).toEqual(['150', '80']);
});

test('a started package is a whole one, and no package is none', () => {
  const charge: Charge = { kind: 'package', size: 1000, price: '0.05' };
  expect([0, 1, 1000, 1001].map((quantity) => exact(charge, quantity))).toEqual(['0', '0.05', '0.05', '0.1']);
});

// https://docs.flexprice.io/docs/subscriptions/reservation-discount: commitment + (usage cost - commitment) x overage factor.
test.each([
  ['above it', '1200.00', { overage: '100.00', trueUp: '0.00' }],
  ['at it', '1000.00', { overage: '0.00', trueUp: '0.00' }],
  ['below it', '800.00', { overage: '0.00', trueUp: '200.00' }],
])('a commitment of 1000 with factor 1.5 and true-up, and usage %s', (_, usage, expected) => {
  const terms = { commitment: { amount: '1000', overageFactor: '1.5', trueUp: true } };
  const { overage, trueUp } = termsAmounts(terms, euro.minor(usage), euro);
  expect({ overage: euro.text(overage), trueUp: euro.text(trueUp) }).toEqual(expected);
});

test('the minimum tops up what usage and commitment give, and never takes away', () => {
  expect(termsAmounts({ minimum: '5.00' }, 120n, euro).minimum).toBe(380n);
  expect(termsAmounts({ minimum: '5.00' }, 501n, euro).minimum).toBe(0n);
});

test('halves are rounded away from zero, once', () => {
  expect([25n, 24n, -25n, -24n].map((value) => divideHalfAway(value, 10n))).toEqual([3n, 2n, -3n, -2n]);
  // 0.3 + 0.15 of a cent: rounded one by one it would be nothing.
  const { amount } = rate(
    {
      price: { model: 'm', unit: 'items', hardware: '*', included: 0, charge: { kind: 'flat', price: '0.0015' } },
      quantities: new Map([
        ['a', 2n],
        ['b', 1n],
        ['c', 1n],
      ]),
    },
    euro,
  );
  expect(amount).toBe(1n);
});

test('currencies have the digits of ISO 4217', () => {
  expect(['EUR', 'JPY', 'BHD'].map((code) => new Currency(code).text(1205n))).toEqual(['12.05', '1205', '1.205']);
  expect(() => new Currency('EURO')).toThrow('ISO 4217');
  expect(() => euro.minor('1.005')).toThrow('more than the 2 digits');
});

const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 6n - 1n }), fc.integer({ min: 0, max: 12 }))
  .map(([value, digits]) => decimalText(value, digits));
const tiers = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 4 }),
    fc.array(decimal, { minLength: 5, maxLength: 5 }),
  )
  .map(([ends, prices]) => [
    ...ends.toSorted((a, b) => a - b).map((upTo, index) => ({ upTo, price: prices[index] as string })),
    { price: prices[4] as string },
  ]);
const size = fc.integer({ min: 1, max: 50 });
const charge: fc.Arbitrary<Charge> = fc.oneof(
  fc.record({ kind: fc.constant('flat' as const), price: decimal }),
  fc.record({ kind: fc.constant('package' as const), size, price: decimal }),
  fc.record({ kind: fc.constantFrom('graduated' as const, 'volume' as const), tiers }),
  fc.record({ kind: fc.constantFrom('graduated' as const, 'volume' as const), size, tiers }),
);
const quantity = fc.bigInt({ min: 0n, max: 3000n });

test('decimals come back as they went in', () => {
  fc.assert(
    fc.property(decimal, (text) => {
      expect(Number(exactText(picoUnits(text)))).toBe(Number(text));
    }),
  );
});

test('no usage costs nothing, none costs less than nothing, and the steps are all of it', () => {
  fc.assert(
    fc.property(charge, quantity, (how, many) => {
      expect(chargeAmount(how, 0n)).toEqual({ exact: 0n, steps: [] });
      const { exact: amount, steps } = chargeAmount(how, many);
      expect(amount).toBeGreaterThanOrEqual(0n);
      expect(steps.reduce((sum, step) => sum + step.amount, 0n)).toBe(amount);
      const counted = steps.reduce((sum, step) => sum + step.quantity, 0n);
      const packages = 'size' in how && how.size !== undefined ? BigInt(how.size) : 1n;
      expect(counted).toBe((many + packages - 1n) / packages);
    }),
  );
});

test('more usage never costs less by graduated tiers, nor by volume tiers whose prices do not fall', () => {
  fc.assert(
    fc.property(charge, quantity, quantity, (how, some, more) => {
      const rising: Charge = how.kind === 'volume' ? { ...how, tiers: risingPrices(how.tiers) } : how;
      expect(chargeAmount(rising, some + more).exact).toBeGreaterThanOrEqual(chargeAmount(rising, some).exact);
    }),
  );
});

const risingPrices = (from: readonly { upTo?: number | undefined; price: string }[]) => {
  const prices = from.map(({ price }) => price).sort((a, b) => (picoUnits(a) < picoUnits(b) ? -1 : 1));
  return from.map((tier, index) => ({ ...tier, price: prices[index] as string }));
};

test('a split adds up, gives each its share to within one unit, and nothing where the weight is nothing', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 20 }),
      (amount, weights) => {
        const parts = splitAmount(amount, weights);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        if (total === 0n) return;
        for (const [index, weight] of weights.entries()) {
          const off = (parts[index] as bigint) * total - amount * weight;
          expect(off < 0n ? -off : off).toBeLessThan(total);
          if (weight === 0n) expect(parts[index]).toBe(0n);
        }
      },
    ),
  );
});

test('an amount depends on what was used in all, and not on hours, keys or the order of reading', () => {
  const use = fc.record({
    hour: fc.integer({ min: 0, max: 23 }),
    keyId: fc.constantFrom<string>('K1', 'K2', 'K3'),
    model: fc.constantFrom('fashion', 'spam'),
    items: fc.integer({ min: 0, max: 500 }),
  });
  fc.assert(
    fc.property(charge, fc.array(use, { maxLength: 30 }), fc.integer({ min: 0, max: 300 }), (how, uses, included) => {
      const books = published(priceBook({ prices: [itemPrice('fashion', how, included)] }));
      const amountsOf = (rows: typeof uses) => {
        const usage = new UsageByPrice(books, ({ model, keyId }, hour) => `${hour}/${model}/${keyId}`);
        for (const { hour, keyId, model, items } of rows) {
          usage.add(rollup(`2026-11-02T${String(hour).padStart(2, '0')}`, row({ keyId, model, units: { items } })));
        }
        return usage.usage().map((each) => {
          const { amount, quantity: used, parts } = rate(each, euro);
          expect(parts.reduce((sum, part) => sum + part.amount, 0n)).toBe(amount);
          expect(parts.reduce((sum, part) => sum + part.quantity, 0n)).toBe(used);
          return { key: each.key, amount, used };
        });
      };
      const amounts = amountsOf(uses);
      expect(amountsOf(uses.toReversed())).toEqual(amounts);
      expect(
        amountsOf(
          uses.flatMap((each) =>
            Array.from({ length: each.items }, () => ({ ...each, hour: 5, keyId: 'K9', items: 1 })),
          ),
        ),
      ).toEqual(amounts);
    }),
    { numRuns: 40 },
  );
});
