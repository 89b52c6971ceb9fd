import type { ArtifactFile } from './model-version.ts';

/** A presigned PUT: the request must carry exactly these headers. */
export interface ArtifactUpload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Lets others write and read single artifacts without credentials of their own. */
export interface ArtifactTransfer {
  /** Size of the stored file with this digest, in bytes; undefined when there is none. */
  storedBytes(sha256: string): Promise<number | undefined>;
  /** Where to PUT the file's very bytes; the store takes no others. */
  upload(file: ArtifactFile): Promise<ArtifactUpload>;
  /** A URL to GET the file from for so many seconds. */
  downloadUrl(file: ArtifactFile, validSeconds: number): Promise<string>;
}
