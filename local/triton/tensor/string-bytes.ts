/** The binary form of a BYTES tensor: each element a little-endian uint32 length and its UTF-8 bytes. */
export function stringBytes(elements: readonly string[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const element of elements) size += 4 + Buffer.byteLength(element);
  // With a buffer of its own, which can be handed to another thread.
  const bytes = Buffer.from(new ArrayBuffer(size));
  let at = 0;
  for (const element of elements) {
    const length = bytes.write(element, at + 4);
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return new Uint8Array(bytes.buffer, 0, size);
}
