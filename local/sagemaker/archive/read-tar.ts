import { ArchiveError } from './archive-error.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { ByteReader } from './byte-reader.ts';
import { entryPath } from './entry-path.ts';
import { paxRecords } from './pax-records.ts';
import { blockBytes, type TarHeader, tarHeader } from './tar-header.ts';

/** A file or folder of an archive. */
export interface TarEntry {
  /** Relative, without `.` and `..`; empty for the archive's own folder. */
  readonly path: string;
  readonly isFolder: boolean;
  /** A file's bytes; to be read to the end before the next entry is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** What a header before an entry says about it. */
type Overrides = Partial<Pick<TarHeader, 'name' | 'sizeBytes'>>;

/** A long name or a few records: nobody needs more. */
const extendedBytesMax = 64 * 1024;

const refused: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
  K: 'a link',
  S: 'a sparse file',
};

/**
 * The files and folders of a tar archive, in their order. Anything else in it, a link or a device for one, is an error.
 * @throws ArchiveError
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  { entriesMax, bytesMax }: ArchiveLimits,
): AsyncGenerator<TarEntry, void> {
  const reader = new ByteReader(chunks, bytesMax);
  let overrides: Overrides = {};
  for (let entries = 1; ; entries++) {
    const header = tarHeader(await reader.read(blockBytes));
    if (header === undefined) break;
    if (entries > entriesMax) throw new ArchiveError(`it has more than ${entriesMax} entries`);
    if (header.type === 'x' || header.type === 'g' || header.type === 'L') {
      overrides = { ...overrides, ...(await readOverrides(reader, header)) };
      continue;
    }
    const { name, sizeBytes } = { ...header, ...overrides };
    overrides = {};
    const path = entryPath(name);
    const isFolder = header.type === '5' || (header.type === '0' && name.at(-1) === 0x2f);
    if (!isFolder && header.type !== '0')
      throw new ArchiveError(`${path} is ${refused[header.type] ?? 'neither a file nor a folder'}`);
    if (isFolder && sizeBytes > 0) throw new ArchiveError(`the folder ${path} has content`);
    if (!isFolder && path === '') throw new ArchiveError('a file has no name');
    yield { path, isFolder, content: reader.pieces(sizeBytes) };
    await skipPadding(reader, sizeBytes);
  }
  for await (const rest of reader.rest()) {
    if (rest.some((byte) => byte !== 0)) throw new ArchiveError('something follows its end');
  }
}

/** A global header is about all entries after it, but none of what it may say for all of them is read here. */
async function readOverrides(reader: ByteReader, { type, sizeBytes }: TarHeader): Promise<Overrides> {
  if (sizeBytes > extendedBytesMax)
    throw new ArchiveError(`an extended header is larger than ${extendedBytesMax} bytes`);
  const content = await reader.read(sizeBytes);
  await skipPadding(reader, sizeBytes);
  if (type === 'L') return { name: content.subarray(0, content.indexOf(0) < 0 ? undefined : content.indexOf(0)) };
  const records = paxRecords(content);
  if (type === 'g') return {};
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse'))) throw new ArchiveError('it holds a sparse file');
  const name = records.get('path');
  const size = records.get('size')?.toString();
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw new ArchiveError('the size of an entry is not a number');
  return { ...(name !== undefined && { name }), ...(size !== undefined && { sizeBytes: Number(size) }) };
}

async function skipPadding(reader: ByteReader, sizeBytes: number): Promise<void> {
  await reader.read((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}
