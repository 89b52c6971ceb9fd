import { s3Error } from '../s3-error.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { matchesEtag } from './matches-etag.ts';
import type { S3Call } from './s3-call.ts';

/** When a write may happen: always, unless `If-Match` or `If-None-Match` says otherwise. */
export interface WriteCondition {
  /** @throws AwsError when the request need not be read any further: 412, or 404 where `If-Match` finds nothing */
  before(current: StoredObject | undefined): void;
  /** To be asked in the same turn of the event loop as the write. @throws AwsError 412, or 409 when the object was deleted meanwhile */
  atCommit(current: StoredObject | undefined): void;
}

/**
 * The condition of a write: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * The first of several writers to finish wins, the others get 412.
 *
 * @throws AwsError `NotImplemented` for combinations that S3 does not take
 */
export function writeCondition({ headers }: S3Call): WriteCondition {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    throw s3Error.notImplemented('If-None-Match of a write with another value than *');
  }
  if (match !== undefined && noneMatch !== undefined)
    throw s3Error.notImplemented('If-Match together with If-None-Match');
  const check = (current: StoredObject | undefined, gone: () => Error): void => {
    if (noneMatch !== undefined && current !== undefined) throw s3Error.preconditionFailed();
    if (match === undefined) return;
    if (current === undefined) throw gone();
    if (!matchesEtag(match, current.etag)) throw s3Error.preconditionFailed();
  };
  return {
    before: (current) => check(current, s3Error.noSuchKey),
    atCommit: (current) => check(current, s3Error.conflict),
  };
}
