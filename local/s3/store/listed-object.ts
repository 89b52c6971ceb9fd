import type { StoredObject } from './stored-object.ts';

/** What a listing tells of an object. */
export interface ListedObject extends Pick<StoredObject, 'etag' | 'sizeBytes' | 'modifiedAtMs' | 'checksum'> {
  /** UTF-8. */
  readonly key: Buffer;
}
