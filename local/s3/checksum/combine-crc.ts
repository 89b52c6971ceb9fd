import type { ChecksumAlgorithm } from './checksum-algorithm.ts';

type Crc = Extract<ChecksumAlgorithm, 'CRC32' | 'CRC32C' | 'CRC64NVME'>;

/** Reflected generator polynomials, the leading term left out. */
const polynomials: Readonly<Record<Crc, { bits: bigint; polynomial: bigint }>> = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/**
 * The CRC of two byte strings one after the other, from their CRCs and the second one's length: S3 makes the full-object checksum of a
 * multipart upload from those of the parts in this way, without reading the parts again.
 * CRC(AB) = CRC(A) · x^(8·|B|) + CRC(B) over GF(2), as zlib's `crc32_combine` computes it.
 */
export function combineCrc(algorithm: Crc, first: bigint, second: bigint, secondSizeBytes: number): bigint {
  const { bits, polynomial } = polynomials[algorithm];
  const one = 1n << (bits - 1n);
  const multiply = (a: bigint, b: bigint): bigint => {
    let product = 0n;
    let factor = b;
    for (let term = one; term > 0n; term >>= 1n) {
      if (a & term) product ^= factor;
      factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
    }
    return product;
  };
  // x^8, squared along the bits of the length.
  let power = one >> 8n;
  let shift = one;
  for (let length = BigInt(secondSizeBytes); length > 0n; length >>= 1n) {
    if (length & 1n) shift = multiply(shift, power);
    power = multiply(power, power);
  }
  return multiply(shift, first) ^ second;
}
