import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesWildcard, wildcards } from '../../../local/iam/wildcard.ts';

/** Few letters, so that patterns and values meet often. */
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 12 });
const value = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 16 });

const asRegExp = (text: string) => new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');

describe('wildcards', () => {
  it('match what the equal regular expression matches', () => {
    fc.assert(
      fc.property(pattern, value, (text, candidate) => {
        expect(matchesWildcard(wildcards(text), candidate)).toBe(asRegExp(text).test(candidate));
      }),
      { numRuns: 5000 },
    );
  });

  it('match every value they were made from', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (candidate, from, length) => {
        const start = from % (candidate.length + 1);
        const text = `${candidate.slice(0, start)}*${candidate.slice(start + (length % (candidate.length + 1)))}`;
        fc.pre(!/[?*]/.test(candidate));
        expect(matchesWildcard(wildcards(text), candidate)).toBe(true);
      }),
    );
  });

  it('take no longer for a value made to be slow', () => {
    // A backtracking matcher would not come back from this one.
    expect(matchesWildcard(wildcards(`${'*a'.repeat(200)}b`), 'a'.repeat(5000))).toBe(false);
  });
});
