/**
 * Decodes a query string the way signatures need it: `+` stays a plus sign, `a` and `a=` are the same, repeated names keep all values.
 *
 * @returns undefined when an escape is malformed
 */
export const parseQuery = (query: string): Record<string, string[]> | undefined => {
  // Without a prototype, so that a parameter may have any name.
  const values: Record<string, string[]> = Object.create(null);
  for (const pair of query.split('&')) {
    if (pair === '') {
      continue;
    }
    const equals = pair.indexOf('=');
    try {
      const name = decodeURIComponent(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? '' : decodeURIComponent(pair.slice(equals + 1));
      const known = values[name];
      if (known) {
        known.push(value);
      } else {
        values[name] = [value];
      }
    } catch {
      return undefined;
    }
  }
  return values;
};
