/** S3 key of an artifact: content-addressed, so that equal files are stored once and a stored file never changes. */
export const artifactKey = (sha256: string): string => `sha256/${sha256}`;
