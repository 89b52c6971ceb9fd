import { ArchiveError } from './archive-error.ts';

/** One header block of a tar archive, as it is written there. */
export interface TarHeader {
  /** Raw: UTF-8 is checked when it is made a path. */
  readonly name: Buffer;
  readonly sizeBytes: number;
  /** `0` a file, `5` a folder, `x` and `g` extended headers, `L` a long name, … */
  readonly type: string;
}

export const blockBytes = 512;

/**
 * Reads a header: POSIX ustar, GNU, or the old one before them.
 * @param block 512 bytes
 * @returns undefined for a block of zeros, two of which end an archive
 * @throws ArchiveError for a wrong checksum or a malformed number
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function tarHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (octal(block.subarray(148, 156), 'checksum') !== checksum(block)) throw new ArchiveError('a header is damaged');
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(block.subarray(345, 500)) : Buffer.alloc(0);
  const name = text(block.subarray(0, 100));
  const typeFlag = String.fromCharCode(block.readUInt8(156));
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    sizeBytes: size(block.subarray(124, 136)),
    type: typeFlag === '\0' ? '0' : typeFlag,
  };
}

/** The sum of all bytes, those of the checksum itself taken for blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
}

function text(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** GNU tar writes what has no place in octal digits as a big-endian number, marked by the highest bit. */
function size(field: Buffer): number {
  if (field.readUInt8(0) !== 0x80) return octal(field, 'size');
  const value = field.readBigUInt64BE(4);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ArchiveError('the size of an entry is not a number');
  return Number(value);
}

function octal(field: Buffer, what: string): number {
  const [, digits] = /^ *([0-7]{1,12})[ \0]*$/.exec(field.toString('latin1')) ?? [];
  if (digits === undefined) throw new ArchiveError(`the ${what} of an entry is not a number`);
  return Number.parseInt(digits, 8);
}
