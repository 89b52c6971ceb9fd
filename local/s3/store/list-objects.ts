import type { ListedObject } from './listed-object.ts';
import type { ObjectTable } from './object-table.ts';

interface ListQuery {
  readonly bucket: string;
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** The first key that may appear. */
  readonly from: Buffer;
  readonly entriesMax: number;
}

interface Listing {
  readonly objects: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts; absent on the last page. */
  readonly next?: Buffer;
}

/**
 * One page of a bucket's listing: the objects with the prefix, those that hold the delimiter after it rolled up into common prefixes. A
 * rolled-up group costs one look into the index, however many keys it has.
 */
export function listObjects(table: ObjectTable, query: ListQuery): Listing {
  const prefix = Buffer.from(query.prefix);
  const delimiter = Buffer.from(query.delimiter);
  const end = prefix.length === 0 ? null : afterAllWith(prefix);
  const objects: ListedObject[] = [];
  const commonPrefixes: string[] = [];
  let from: Buffer | undefined = Buffer.compare(query.from, prefix) > 0 ? query.from : prefix;
  while (from !== undefined) {
    const start: Buffer = from;
    from = undefined;
    for (const object of table.from(query.bucket, start, end)) {
      if (objects.length + commonPrefixes.length === query.entriesMax) {
        return { objects, commonPrefixes, next: object.key };
      }
      const at = delimiter.length === 0 ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (at < 0) {
        objects.push(object);
        continue;
      }
      const group = object.key.subarray(0, at + delimiter.length);
      commonPrefixes.push(group.toString());
      from = afterAllWith(group);
      break;
    }
  }
  return { objects, commonPrefixes };
}

/** The first byte string behind all that start with this one. No byte of UTF-8 is FF, so the last one always has a successor. */
function afterAllWith(prefix: Buffer): Buffer {
  const after = Buffer.from(prefix);
  after.writeUInt8(after.readUInt8(after.length - 1) + 1, after.length - 1);
  return after;
}
