/** Reads CSV by RFC 4180. Nothing between two commas is null; `""` is the empty text. */
export function readCsv(text: string): readonly Readonly<Record<string, string | null>>[] {
  const rows: (string | null)[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, quoted, plain, end] = match;
    rows.at(-1)?.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
    if (field.lastIndex === text.length) break;
  }
  if (field.lastIndex !== text.length) throw new Error('the text is no CSV with CRLF behind each line');
  rows.pop();
  const [names = [], ...records] = rows;
  return records.map((record) => {
    if (record.length !== names.length) throw new Error(`a line has ${record.length} fields and not ${names.length}`);
    return Object.fromEntries(names.map((name, index) => [String(name), record[index] ?? null]));
  });
}
