/** The query in both of the event's forms, decoded. */
export interface QueryParameters {
  /** The last value of each. */
  readonly single: Readonly<Record<string, string>>;
  readonly multi: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads a query string. A plain `;` separates like `&`, as AWS documents.
 * @param query percent-encoded, without the `?`
 * @returns undefined when there are no parameters
 */
export function parseQueryParameters(query: string): QueryParameters | undefined {
  if (query === '') return undefined;
  const single: Record<string, string> = Object.create(null);
  const multi: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query.replaceAll(';', '&'))) {
    single[name] = value;
    multi[name] ??= [];
    multi[name].push(value);
  }
  return { single, multi };
}
