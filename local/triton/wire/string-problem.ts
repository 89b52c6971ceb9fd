import { isUtf8 } from 'node:buffer';

/**
 * What is wrong with the binary form of a BYTES tensor; undefined when it is well-formed.
 *
 * Triton takes any bytes. ONNX Runtime's Node binding has JavaScript strings in between and takes them to end at their first NUL (1.30),
 * so elements that would not arrive whole are refused here.
 */
export function stringProblem(name: string, count: number, bytes: Buffer): string | undefined {
  let found = 0;
  let at = 0;
  while (at < bytes.length) {
    if (found >= count)
      return `unexpected number of string elements ${found + 1} for inference input '${name}', expecting ${count}`;
    const left = bytes.length - at;
    if (left < 4) {
      return `incomplete string length indicator for inference input '${name}', expecting 4 bytes but only ${left} bytes available. Expecting ${count - found} string elements more`;
    }
    const length = bytes.readUInt32LE(at);
    if (length > left - 4) {
      return `incomplete string data for inference input '${name}', expecting string of length ${length} but only ${left - 4} bytes available. Expecting ${count - found} string elements more`;
    }
    const element = bytes.subarray(at + 4, at + 4 + length);
    if (!isUtf8(element) || element.includes(0)) {
      return `element ${found} of inference input '${name}' is not UTF-8 text without NUL, which is all that is served here`;
    }
    found++;
    at += 4 + length;
  }
  return found === count ? undefined : `expected ${count} string elements for inference input '${name}', got ${found}`;
}
