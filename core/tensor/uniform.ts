/**
 * Numbers spread evenly over 0 (included) to 1 (excluded), the same on every machine and easily made in any language: element `i` is
 * `hash(seed + (i + 1) * 0x9e3779b9) >>> 8`, over 2^24, where all sums and products are modulo 2^32 and `hash` is the finaliser of
 * MurmurHash3. Each is a multiple of 2^-24, which FP32 holds exactly.
 *
 * @param seed an integer from 0 to 2^32 - 1
 * @param start index of the first element, to go on where another call ended
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp `fmix32`
 */
export function uniform(seed: number, count: number, start = 0): Float32Array {
  const values = new Float32Array(count);
  let state = (seed + Math.imul(start, 0x9e3779b9)) | 0;
  for (let index = 0; index < count; index++) {
    state = (state + 0x9e3779b9) | 0;
    let hash = state ^ (state >>> 16);
    hash = Math.imul(hash, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    values[index] = ((hash ^ (hash >>> 16)) >>> 8) * 2 ** -24;
  }
  return values;
}
