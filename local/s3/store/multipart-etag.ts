import { createHash } from 'node:crypto';
import type { UploadedPart } from './multipart-upload.ts';

/** The ETag of an object made of parts: the MD5 of their ETags' bytes, and their number. */
export function multipartEtag(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}
