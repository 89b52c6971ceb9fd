import { s3Error } from '../s3-error.ts';

interface ByteRange {
  readonly fromByte: number;
  readonly lengthBytes: number;
}

/**
 * The range of a GET or HEAD. S3 serves one range; a header with several, or one that cannot be read, is as good as none.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 *
 * @returns undefined for the whole object
 * @throws AwsError `InvalidRange` (416) when the object ends before the range starts
 */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const lengthBytes = Math.min(Number(last), sizeBytes);
    if (lengthBytes === 0) throw s3Error.invalidRange();
    return { fromByte: sizeBytes - lengthBytes, lengthBytes };
  }
  const fromByte = Number(first);
  if (last !== '' && Number(last) < fromByte) return undefined;
  if (fromByte >= sizeBytes) throw s3Error.invalidRange();
  const lastByte = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return { fromByte, lengthBytes: lastByte - fromByte + 1 };
}
