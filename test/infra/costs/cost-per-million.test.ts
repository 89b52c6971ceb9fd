import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  breakEvenPerSecond,
  endpointCostPerMillion,
  lambdaCostPerMillion,
} from '../../../infra/costs/cost-per-million.ts';

test('Lambda costs its gigabyte-seconds and its requests', () => {
  // 1,024 MiB for a second is one GB-second at $0.0000166667, a million of them $16.6667; the requests are $0.20.
  expect(lambdaCostPerMillion(1000, 1024)).toBeCloseTo(16.8667, 6);
});

test('an endpoint costs its hours, whoever asks', () => {
  // $3.60 an hour is a tenth of a cent a second, in which it does 100 rows half of the time: 50.
  expect(endpointCostPerMillion(3.6, 100, 0.5)).toBeCloseTo(20, 9);
});

test('at the break-even load a million rows cost the same on both', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      fc.double({ min: 0.01, max: 5000, noNaN: true }),
      (usdPerHour, cpuMs) => {
        const lambda = lambdaCostPerMillion(cpuMs, 1769);
        const perSecond = breakEvenPerSecond(usdPerHour, lambda);
        expect(endpointCostPerMillion(usdPerHour, perSecond, 1) / lambda).toBeCloseTo(1, 9);
      },
    ),
  );
});
