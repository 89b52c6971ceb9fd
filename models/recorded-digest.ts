import { readFileSync } from 'node:fs';

/**
 * The digest that a built artifact shall have: the line of `sha256sum` in `<artifact>.sha256` beside it.
 *
 * @returns SHA-256 as hex
 * @throws Error when the file is missing or says something else
 */
export function recordedDigest(artifact: string): string {
  const file = `${artifact}.sha256`;
  const [, digest] = /^([0-9a-f]{64}) [ *]\S+\n$/.exec(readFileSync(file, 'utf8')) ?? [];
  if (digest === undefined) throw new Error(`${file} is not a line of sha256sum`);
  return digest;
}
