/** The elements of a well-formed BYTES tensor in its binary form: each a little-endian uint32 length and that many bytes. */
export function* stringElements(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}
