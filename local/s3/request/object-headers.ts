import type { StoredObject } from '../store/stored-object.ts';
import { encryptionHeaders } from './encryption-headers.ts';

/** The headers with which GET and HEAD describe an object, `content-length` and `content-range` apart. */
export const objectHeaders = (object: StoredObject): Record<string, string> => ({
  ...object.attributes.headers,
  ...Object.fromEntries(
    Object.entries(object.attributes.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
  ),
  etag: `"${object.etag}"`,
  'last-modified': new Date(object.modifiedAtMs).toUTCString(),
  'accept-ranges': 'bytes',
  ...encryptionHeaders(object.attributes.encryption),
});
