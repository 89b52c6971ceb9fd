import type { ArtifactFile } from './model-version.ts';

/** Reads artifacts. */
export interface ArtifactStore {
  /** The file's bytes. Throws when their digest is not `file.sha256`. */
  read(file: ArtifactFile): Promise<Uint8Array>;
}
