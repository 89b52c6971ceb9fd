import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchingPolicy } from '../../../local/triton/config/model-config.ts';
import { nextBatch, type Waiting } from '../../../local/triton/schedule/next-batch.ts';

const policy = (more: Partial<BatchingPolicy> = {}): BatchingPolicy => ({
  rowsMax: 8,
  preferredRows: [8],
  delayUsMax: 0,
  queueSizeMax: 0,
  timeoutUs: 0,
  timeoutAction: 'REJECT',
  timeoutOverride: false,
  ...more,
});
const queue = (...rows: number[]): Waiting[] => rows.map((count) => ({ rows: count, key: '', enqueuedUs: 0 }));

describe('the next batch', () => {
  it('without a delay is what is there', () => {
    expect(nextBatch(queue(1, 2), policy(), 0)).toEqual({ take: 2 });
  });
  it('is no larger than the largest', () => {
    expect(nextBatch(queue(5, 3, 1), policy(), 0)).toEqual({ take: 2 });
    expect(nextBatch(queue(5, 4, 1), policy(), 0)).toEqual({ take: 1 });
  });
  it('waits for more as long as the oldest may wait', () => {
    const delayed = policy({ delayUsMax: 100 });
    expect(nextBatch(queue(1, 2), delayed, 30)).toEqual({ waitUs: 70 });
    expect(nextBatch(queue(1, 2), delayed, 100)).toEqual({ take: 2 });
    expect(nextBatch(queue(4, 4), delayed, 0)).toEqual({ take: 2 });
  });
  it('goes at once when the next one cannot join it', () => {
    const delayed = policy({ delayUsMax: 100 });
    expect(nextBatch(queue(5, 4), delayed, 0)).toEqual({ take: 1 });
    expect(nextBatch([...queue(1), { rows: 1, key: 'other', enqueuedUs: 0 }], delayed, 0)).toEqual({ take: 1 });
  });
  it('is of a preferred size if there is one, and of all that fits when it is late', () => {
    const preferred = policy({ delayUsMax: 100, preferredRows: [2, 4] });
    expect(nextBatch(queue(1, 1, 1), preferred, 0)).toEqual({ take: 2 });
    expect(nextBatch(queue(1, 1, 1, 1, 1, 1), preferred, 0)).toEqual({ take: 4 });
    expect(nextBatch(queue(1), preferred, 0)).toEqual({ waitUs: 100 });
    expect(nextBatch(queue(1, 1, 1), preferred, 100)).toEqual({ take: 3 });
  });
  it('takes from the front at least one, fits, has one shape, and waits no longer than allowed', () => {
    const waiting = fc.record({ rows: fc.integer({ min: 1, max: 8 }), key: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(
        fc.array(waiting, { minLength: 1, maxLength: 12 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1 }),
        fc.nat(1000),
        fc.nat(1000),
        (list, preferredRows, delayUsMax, nowUs) => {
          const sorted = preferredRows.toSorted((a, b) => a - b);
          const waitingList = list.map((each) => ({ ...each, enqueuedUs: 0 }));
          const next = nextBatch(waitingList, policy({ preferredRows: sorted, delayUsMax }), nowUs);
          if ('waitUs' in next) {
            expect(next.waitUs).toBeGreaterThan(0);
            expect(next.waitUs + nowUs).toBeLessThanOrEqual(delayUsMax);
            return;
          }
          const taken = list.slice(0, next.take);
          expect(next.take).toBeGreaterThan(0);
          expect(taken.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(8);
          expect(new Set(taken.map(({ key }) => key)).size).toBe(1);
        },
      ),
    );
  });
});
