import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the files in a folder and below have together. What goes away meanwhile does not count. */
export function folderBytes(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => lstatSync(join(folder, path), { throwIfNoEntry: false }))
      .reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
