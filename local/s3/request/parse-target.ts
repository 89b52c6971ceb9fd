import { AwsError } from '../../endpoint/aws-call.ts';
import { s3Error } from '../s3-error.ts';

/** What a path-style request line names. */
interface Target {
  /** Percent-encoded, as it came: what the signature is over. */
  readonly path: string;
  /** Percent-encoded, without the `?`. */
  readonly query: string;
  readonly bucketName: string;
  readonly key: string;
}

const keyBytesMax = 1024;

const invalidUri = (): AwsError => new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");

/**
 * Splits a request line's target. Nothing in it is normalized: `..`, `//` and the like are ordinary characters of a key.
 *
 * @throws AwsError `InvalidURI` for a malformed escape or what is not UTF-8; `KeyTooLongError`
 */
export function parseTarget(target: string): Target {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  if (!path.startsWith('/')) throw invalidUri();
  const slash = path.indexOf('/', 1);
  try {
    const bucketName = decodeURIComponent(slash < 0 ? path.slice(1) : path.slice(1, slash));
    const key = slash < 0 ? '' : decodeURIComponent(path.slice(slash + 1));
    if (Buffer.byteLength(key) > keyBytesMax) throw s3Error.keyTooLong();
    return { path, query, bucketName, key };
  } catch (error) {
    throw error instanceof URIError ? invalidUri() : error;
  }
}
