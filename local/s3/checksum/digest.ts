import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ChecksumAlgorithm } from './checksum-algorithm.ts';
import { crc32c } from './crc32c.ts';
import { crc64Nvme } from './crc64-nvme.ts';

/** A digest of bytes that arrive piece by piece. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** The raw digest, CRCs in network byte order. To be asked once. */
  result(): Buffer;
}

/** Starts a digest: one of S3's checksums, or the MD5 behind an ETag. */
export function startDigest(algorithm: ChecksumAlgorithm | 'MD5'): Digest {
  switch (algorithm) {
    case 'CRC32':
      return crc32Digest(crc32);
    case 'CRC32C':
      return crc32Digest(crc32c);
    case 'CRC64NVME':
      return crc64Digest();
    case 'SHA1':
    case 'SHA256':
    case 'MD5': {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), result: () => hash.digest() };
    }
    default:
      return algorithm satisfies never;
  }
}

function crc32Digest(step: (bytes: Uint8Array, previous?: number) => number): Digest {
  let value = 0;
  return {
    update: (bytes) => {
      value = step(bytes, value);
    },
    result: () => {
      const raw = Buffer.alloc(4);
      raw.writeUInt32BE(value);
      return raw;
    },
  };
}

function crc64Digest(): Digest {
  let value = 0n;
  return {
    update: (bytes) => {
      value = crc64Nvme(bytes, value);
    },
    result: () => {
      const raw = Buffer.alloc(8);
      raw.writeBigUInt64BE(value);
      return raw;
    },
  };
}
