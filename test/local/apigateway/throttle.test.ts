import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throttle } from '../../../local/apigateway/usage/throttle.ts';

let nowMs = 0;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const taken = (throttle: Throttle, tries: number): number =>
  Array.from({ length: tries }, () => throttle.tryTake()).filter(Boolean).length;

test('a burst is there from the start, then requests come at the rate', () => {
  nowMs = 1_000;
  const throttle = new Throttle(10, 20);
  expect(taken(throttle, 100)).toBe(20);
  nowMs += 1_000;
  expect(taken(throttle, 100)).toBe(10);
  nowMs += 100_000;
  expect(taken(throttle, 100)).toBe(20);
});

test('no pattern of calls gets more than burst and rate allow', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 2_000 }), tries: fc.integer({ min: 0, max: 80 }) }), {
        maxLength: 20,
      }),
      (rate, burst, calls) => {
        const throttle = new Throttle(rate, burst);
        let allowed = burst;
        let got = 0;
        for (const { waitMs, tries } of calls) {
          nowMs += waitMs;
          allowed += (waitMs / 1000) * rate;
          got += taken(throttle, tries);
          expect(got).toBeLessThanOrEqual(allowed + 1e-6);
        }
      },
    ),
  );
});

test('nothing gets through a rate or burst of zero', () => {
  expect(taken(new Throttle(0, 5), 10)).toBe(0);
  expect(taken(new Throttle(5, 0), 10)).toBe(0);
});

test('what is left open is the limit of the account', () => {
  expect(taken(new Throttle(1, undefined), 6_000)).toBe(5_000);
});
