import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildCache } from './build-cache.ts';

/**
 * A folder in the build cache with what `build` puts into it, made at most once. The name must change whenever the content would.
 * Built aside and renamed when complete, so that neither an interruption nor a second synthesis beside this one leaves half a folder.
 * @returns the folder's path
 */
export function buildOnce(name: string, build: (folder: string) => void): string {
  const folder = join(buildCache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(buildCache, { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  try {
    build(draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another synthesis was faster: what it made is what we would have made.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
