/** One row: column heading -> value. */
export type Row = Readonly<Record<string, string | number | undefined>>;

/**
 * Lays rows out in columns: headings from the first row's keys, numbers to the right, absent values as `-`.
 * An empty list reads `none`, so that a script's log never shows a bare nothing.
 */
export function formatTable(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return 'none';
  const columns = Object.keys(first);
  const cells = rows.map((row) => columns.map((column) => show(row[column])));
  const widths = columns.map((column, at) => Math.max(column.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const numeric = columns.map((column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (values: readonly string[]): string =>
    values
      .map((value, at) => (numeric[at] ? value.padStart(widths[at] ?? 0) : value.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

const show = (value: Row[string]): string => (value === undefined ? '-' : String(value));
