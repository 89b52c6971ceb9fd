import { isUtf8 } from 'node:buffer';
import { ArchiveError } from './archive-error.ts';

/** Most file systems' limit for one name. */
const nameBytesMax = 255;
const pathBytesMax = 1024;

/**
 * The path of an entry inside the folder that it is unpacked to, `.` and empty parts left out; empty for that folder itself.
 * @throws ArchiveError for one that leads out of it, or that is no name
 */
export function entryPath(name: Buffer): string {
  const shown = JSON.stringify(name.toString('utf8', 0, 100));
  if (!isUtf8(name) || name.includes(0)) throw new ArchiveError(`the name ${shown} is not a text`);
  if (name.length > pathBytesMax) throw new ArchiveError(`the name ${shown}… is longer than ${pathBytesMax} bytes`);
  const path = name.toString('utf8');
  if (path.startsWith('/')) throw new ArchiveError(`the name ${shown} is absolute`);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new ArchiveError(`the name ${shown} leads out of the archive`);
  if (parts.some((part) => Buffer.byteLength(part) > nameBytesMax)) {
    throw new ArchiveError(`the name ${shown}… has a part longer than ${nameBytesMax} bytes`);
  }
  return parts.join('/');
}
