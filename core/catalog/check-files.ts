import { InvalidInputError, TooLargeError } from '../api/maas-error.ts';
import type { Manifest } from './manifest.ts';
import { manifestFiles } from './manifest-files.ts';
import type { ArtifactFile } from './model-version.ts';

/** All files of a version together: what the serving function can hold in memory beside the runtime. */
const filesBytesMax = 200_000_000;
/** As JSON. An item of DynamoDB takes 400 kB, and listing versions reads every manifest. */
const manifestBytesMax = 100_000;

/**
 * Checks that the files are exactly those that the manifest names, and that everything keeps to the size limits.
 *
 * @throws InvalidInputError for a missing or an extra file
 * @throws TooLargeError above a limit
 */
export function checkFiles(manifest: Manifest, files: Readonly<Record<string, ArtifactFile>>): void {
  const manifestBytes = Buffer.byteLength(JSON.stringify(manifest));
  if (manifestBytes > manifestBytesMax) {
    throw new TooLargeError(`the manifest has ${manifestBytes} bytes as JSON; it may have ${manifestBytesMax}`);
  }
  const named = manifestFiles(manifest);
  for (const name of named) {
    if (!Object.hasOwn(files, name)) throw new InvalidInputError(`the manifest names ${name}, which files lacks`);
  }
  for (const name of Object.keys(files)) {
    if (!named.includes(name))
      throw new InvalidInputError(`files has ${JSON.stringify(name)}, which the manifest does not name`);
  }
  const bytes = Object.values(files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes > filesBytesMax) {
    throw new TooLargeError(
      `the files of ${manifest.name} have ${bytes} bytes together; they may have ${filesBytesMax}`,
    );
  }
}
