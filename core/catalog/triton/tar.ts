/** A file of a tar archive, or a folder: then its name ends in a slash and it has no bytes. */
export interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

const blockBytes = 512;
/** What the header's field takes. Longer names need extensions that not every reader knows. */
const nameBytesMax = 100;
/** Eleven octal digits. */
const sizeBytesMax = 8 ** 11 - 1;

const padded = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

/** Size of the archive that `tar` makes of these entries, in bytes. */
export const tarBytes = (entries: readonly Pick<TarEntry, 'sizeBytes'>[]): number =>
  entries.reduce((sum, { sizeBytes }) => sum + blockBytes + padded(sizeBytes), 2 * blockBytes);

/**
 * Writes entries in their order as a ustar archive that depends on nothing but them: no time, owner 0, files 0644, folders 0755.
 *
 * @throws RangeError for a name or a size that ustar has no room for, Error for content that is not as long as stated; while iterating
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export async function* tar(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array, void> {
  for (const entry of entries) {
    yield header(entry);
    let left = entry.sizeBytes;
    for await (const chunk of entry.content) {
      left -= chunk.length;
      yield chunk;
    }
    if (left !== 0) throw new Error(`${entry.name} has ${entry.sizeBytes - left} bytes instead of ${entry.sizeBytes}`);
    yield new Uint8Array(padded(entry.sizeBytes) - entry.sizeBytes);
  }
  yield new Uint8Array(2 * blockBytes);
}

function header({ name, sizeBytes }: TarEntry): Uint8Array {
  const nameBytes = Buffer.byteLength(name);
  if (nameBytes > nameBytesMax) {
    throw new RangeError(`the name ${name} has ${nameBytes} bytes; a tar archive takes ${nameBytesMax}`);
  }
  if (sizeBytes > sizeBytesMax) {
    throw new RangeError(`${name} has ${sizeBytes} bytes; a tar archive takes ${sizeBytesMax}`);
  }
  const isFolder = name.endsWith('/');
  const block = Buffer.alloc(blockBytes);
  const number = (value: number, at: number, digits: number): void => {
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, at);
  };
  block.write(name, 0);
  number(isFolder ? 0o755 : 0o644, 100, 7);
  number(0, 108, 7); // uid
  number(0, 116, 7); // gid
  number(sizeBytes, 124, 11);
  number(0, 136, 11); // mtime
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\x0000', 257);
  // The checksum is that of a header with spaces in its place.
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
