import { ArchiveError } from './archive-error.ts';

/**
 * The records of an extended header, `<length> <key>=<value>\n` each.
 * @throws ArchiveError when they are malformed
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03
 */
export function paxRecords(content: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < content.length; ) {
    const [head = '', digits] = /^([1-9]\d{0,6}) /.exec(content.toString('latin1', at, at + 8)) ?? [];
    const end = at + Number(digits);
    const record = content.subarray(at + head.length, end);
    const equals = record.indexOf('=');
    if (digits === undefined || end > content.length || equals < 1 || record.at(-1) !== 0x0a) {
      throw new ArchiveError('an extended header is malformed');
    }
    records.set(record.toString('utf8', 0, equals), record.subarray(equals + 1, -1));
    at = end;
  }
  return records;
}
