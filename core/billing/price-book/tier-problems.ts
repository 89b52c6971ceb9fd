import type { PriceBookProblem } from './check-price-book.ts';

interface Tier {
  readonly upTo?: number | undefined;
}

/** Tiers follow each other without gap or overlap as long as their ends grow, and the last has none, so that no quantity is beyond them. */
export function tierProblems(path: string, tiers: readonly Tier[]): readonly PriceBookProblem[] {
  return tiers.flatMap(({ upTo }, index): readonly PriceBookProblem[] => {
    const at = `${path}[${index}]`;
    const last = index === tiers.length - 1;
    if (last && upTo !== undefined) {
      return [
        {
          path: at,
          message: `the last tier ends at ${upTo}: what is above it has no price; add a tier without upTo, or drop this upTo`,
        },
      ];
    }
    if (last) return [];
    if (upTo === undefined) {
      return [
        {
          path: at,
          message: 'a tier without upTo takes all the rest, so those after it are never reached; give it an upTo',
        },
      ];
    }
    const before = tiers[index - 1]?.upTo ?? 0;
    if (upTo > before) return [];
    return [
      {
        path: `${at}.upTo`,
        message: `${upTo} is not above ${before}, where the tier before it ends: they overlap; sort the tiers by upTo`,
      },
    ];
  });
}
