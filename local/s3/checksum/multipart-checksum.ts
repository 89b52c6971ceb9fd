import type { MultipartUpload, UploadedPart } from '../store/multipart-upload.ts';
import type { Checksum } from './checksum.ts';
import { combineCrc } from './combine-crc.ts';
import { startDigest } from './digest.ts';

/**
 * The checksum of an object made of parts, from theirs: the checksum of their checksums (`COMPOSITE`), or the one that the whole object
 * would have (`FULL_OBJECT`, which only CRCs allow).
 */
export function multipartChecksum(
  { algorithm, type }: MultipartUpload['checksum'],
  parts: readonly [UploadedPart, ...UploadedPart[]],
): Checksum {
  const raw = (part: UploadedPart): Buffer => Buffer.from(part.checksums[algorithm] ?? '', 'base64');
  if (type === 'COMPOSITE') {
    const digest = startDigest(algorithm);
    for (const part of parts) digest.update(raw(part));
    return { algorithm, type, value: `${digest.result().toString('base64')}-${parts.length}` };
  }
  if (algorithm === 'SHA1' || algorithm === 'SHA256')
    throw new Error(`${algorithm} has no full-object checksum of parts`);
  const number = (part: UploadedPart): bigint => BigInt(`0x${raw(part).toString('hex')}`);
  const [first, ...others] = parts;
  const crc = others.reduce(
    (sum, part) => combineCrc(algorithm, sum, number(part), part.blob.sizeBytes),
    number(first),
  );
  const digits = raw(first).length * 2;
  return { algorithm, type, value: Buffer.from(crc.toString(16).padStart(digits, '0'), 'hex').toString('base64') };
}
