/** Encodings of pictures that are decoded. Everything else is refused before a decoder sees it. */
export type ImageKind = 'png' | 'jpeg' | 'webp';

/** Tells a picture's encoding by its first bytes; undefined for anything else, whatever its content type says. */
export function imageKind(bytes: Uint8Array): ImageKind | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 12)).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('RIFF') && start.slice(8) === 'WEBP') return 'webp';
  return undefined;
}
