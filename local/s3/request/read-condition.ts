import type { StoredObject } from '../store/stored-object.ts';
import { matchesEtag } from './matches-etag.ts';
import type { S3Call } from './s3-call.ts';

/**
 * What the conditions of a reading request make of it, in the order of RFC 9110 section 13.2.2. S3 documents the same outcome for pairs:
 * `If-Match` overrules `If-Unmodified-Since`, `If-None-Match` overrules `If-Modified-Since`.
 *
 * @param prefix `x-amz-copy-source-` for the source of a copy
 */
export function readCondition(
  { headers }: S3Call,
  object: StoredObject,
  prefix: '' | 'x-amz-copy-source-' = '',
): 'go on' | 'not modified' | 'failed' {
  const match = headers[`${prefix}if-match`];
  const noneMatch = headers[`${prefix}if-none-match`];
  const modifiedSince = timeOf(headers[`${prefix}if-modified-since`]);
  const unmodifiedSince = timeOf(headers[`${prefix}if-unmodified-since`]);
  // HTTP dates have whole seconds.
  const modifiedAt = Math.floor(object.modifiedAtMs / 1000) * 1000;
  if (match !== undefined ? !matchesEtag(match, object.etag) : modifiedAt > unmodifiedSince) return 'failed';
  if (noneMatch !== undefined ? matchesEtag(noneMatch, object.etag) : modifiedAt <= modifiedSince)
    return 'not modified';
  return 'go on';
}

/** NaN, with which every comparison is false, for no date or none that can be read: such a condition is ignored. */
const timeOf = (header: string | undefined): number => (header === undefined ? Number.NaN : Date.parse(header));
