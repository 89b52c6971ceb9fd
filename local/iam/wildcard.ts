/** Any number of characters, none included. */
export const many = -1;
/** Exactly one character. */
export const one = -2;

/** A text with wildcards: UTF-16 code units, or `many` or `one`. A literal star is its code unit. */
export type Pattern = readonly number[];

/** The code units of a text that holds no wildcards. */
export const literal = (text: string): number[] => {
  const units = new Array<number>(text.length);
  for (let at = 0; at < text.length; at++) {
    units[at] = text.charCodeAt(at);
  }
  return units;
};

/** Reads `*` and `?` as wildcards. */
export const wildcards = (text: string): number[] =>
  literal(text).map((unit) => (unit === 0x2a ? many : unit === 0x3f ? one : unit));

/**
 * Matches a whole value. Not a regular expression, since those can be made to take exponential time by the value, which comes from
 * clients; this takes at most the product of both lengths.
 */
export const matchesWildcard = (pattern: Pattern, value: string): boolean => {
  let at = 0;
  let star = -1;
  let starAt = 0;
  let next = 0;
  while (at < value.length) {
    const unit = pattern[next];
    if (unit === many) {
      star = next++;
      starAt = at;
    } else if (unit === one || unit === value.charCodeAt(at)) {
      next++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more; earlier ones never need to.
      next = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (pattern[next] === many) {
    next++;
  }
  return next === pattern.length;
};
