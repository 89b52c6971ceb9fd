import { gzipSync } from 'node:zlib';

/** A header and content of a tar archive, as a test wants them. */
export interface TarPart {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly type?: string;
  readonly linkName?: string;
  /** What the header says, when it is not the truth. */
  readonly sizeText?: string;
}

const blockBytes = 512;

/** A ustar archive. */
export function tar(parts: readonly TarPart[]): Buffer {
  const blocks = parts.flatMap(({ name, content = '', type = '0', linkName = '', sizeText }) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(blockBytes);
    header.write(name, 0, 100, 'utf8');
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(sizeText ?? `${body.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write(type, 156);
    header.write(linkName, 157, 100, 'utf8');
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

/** A tar.gz of files by path. */
export const archive = (files: Readonly<Record<string, string | Buffer>>): Buffer =>
  gzipSync(tar(Object.entries(files).map(([name, content]) => ({ name, content }))));

/** A pax record with its own length in front. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = (digits: number): number => digits + Buffer.byteLength(rest);
  const digits = String(length(String(length(1)).length)).length;
  return `${length(digits)}${rest}`;
}
