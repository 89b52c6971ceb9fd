import { type ChecksumAlgorithm, checksumHeader } from '../checksum/checksum-algorithm.ts';
import { startDigest } from '../checksum/digest.ts';
import { s3Error } from '../s3-error.ts';
import type { ContentClaims } from './content-claims.ts';

interface Expected {
  readonly claims: ContentClaims;
  /** What the headers say; absent where only the end tells (a form's file). */
  readonly sizeBytes?: number;
  readonly sizeBytesMin?: number;
  readonly sizeBytesMax: number;
  /** Those computed in any case. The client's own is always computed. */
  readonly algorithms: readonly ChecksumAlgorithm[];
  /** Trailers of the body, filled when it has been read. */
  readonly trailers?: ReadonlyMap<string, string>;
}

/** Content on its way in, measured and held against its claims. */
export class IncomingContent {
  readonly #body: AsyncIterable<Uint8Array>;
  readonly #expected: Expected;
  readonly #digests = new Map<ChecksumAlgorithm | 'MD5', Buffer>();

  constructor(body: AsyncIterable<Uint8Array>, expected: Expected) {
    this.#body = body;
    this.#expected = expected;
  }

  /**
   * The content. Whoever reads it to the end has exactly what the sender meant to send.
   *
   * @throws AwsError `EntityTooLarge`, `EntityTooSmall`, `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch`
   */
  async *chunks(): AsyncGenerator<Uint8Array, void> {
    const { claims, sizeBytes, sizeBytesMin = 0, sizeBytesMax, algorithms } = this.#expected;
    const wanted = new Set<ChecksumAlgorithm | 'MD5'>(['MD5', ...algorithms]);
    if (claims.checksum) wanted.add(claims.checksum.algorithm);
    if (claims.sha256 !== undefined) wanted.add('SHA256');
    const digests = [...wanted].map((algorithm) => ({ algorithm, digest: startDigest(algorithm) }));
    let received = 0;
    for await (const chunk of this.#body) {
      received += chunk.length;
      if (received > (sizeBytes ?? received)) throw s3Error.incompleteBody();
      if (received > sizeBytesMax) throw s3Error.entityTooLarge(sizeBytesMax);
      for (const { digest } of digests) digest.update(chunk);
      yield chunk;
    }
    if (received < (sizeBytes ?? received)) throw s3Error.incompleteBody();
    if (received < sizeBytesMin) throw s3Error.entityTooSmall(sizeBytesMin);
    for (const { algorithm, digest } of digests) this.#digests.set(algorithm, digest.result());
    this.#verify();
  }

  /** A digest of the content, once it has been read: `MD5`, or one of the algorithms asked for. */
  digest(algorithm: ChecksumAlgorithm | 'MD5'): Buffer {
    const digest = this.#digests.get(algorithm);
    if (digest === undefined) throw new Error(`the ${algorithm} of content that was not read to its end`);
    return digest;
  }

  #verify(): void {
    const { md5, sha256, checksum } = this.#expected.claims;
    if (md5 && !md5.equals(this.digest('MD5'))) throw s3Error.badDigest('Content-MD5');
    if (sha256 !== undefined && this.digest('SHA256').toString('hex') !== sha256) throw s3Error.contentSha256Mismatch();
    if (checksum === undefined) return;
    const claimed = checksum.value ?? this.#expected.trailers?.get(checksumHeader(checksum.algorithm));
    if (claimed !== this.digest(checksum.algorithm).toString('base64')) throw s3Error.badDigest(checksum.algorithm);
  }
}
