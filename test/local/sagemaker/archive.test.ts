import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArchiveError } from '../../../local/sagemaker/archive/archive-error.ts';
import { unpackArchive } from '../../../local/sagemaker/archive/unpack-archive.ts';
import { paxRecord, type TarPart, tar } from './tar.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const limits = { entriesMax: 50, bytesMax: 1024 * 1024 };

async function* inPieces(bytes: Buffer, size = 100): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const unpack = (bytes: Buffer, target = join(folder, 'model')): Promise<void> =>
  unpackArchive(inPieces(bytes), target, limits);

/** Every file below the folder, with its content. */
const unpacked = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, 'model'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [
        join(entry.parentPath, entry.name).slice(join(folder, 'model').length + 1),
        readFileSync(join(entry.parentPath, entry.name), 'utf8'),
      ]),
  );

test('files and folders are unpacked, in whatever form their names are written', async () => {
  const long = `deep/${'x'.repeat(120)}/file`;
  await unpack(
    gzipSync(
      tar([
        { name: './', type: '5' },
        { name: './digits/', type: '5' },
        { name: './digits/config.pbtxt', content: 'name: "digits"' },
        { name: 'digits//7/./model.onnx', content: Buffer.alloc(1500, 'w') },
        { name: 'empty', content: '' },
        { name: '././@LongLink', type: 'L', content: `${long}\0` },
        { name: 'cut', content: 'by GNU' },
        { name: 'header', type: 'x', content: paxRecord('path', 'ünïcode/näme') + paxRecord('mtime', '1.5') },
        { name: 'short', content: 'by pax' },
        { name: 'global', type: 'g', content: paxRecord('comment', 'about all') },
        { name: 'last', content: 'one' },
      ]),
    ),
  );
  expect(unpacked()).toEqual({
    'digits/config.pbtxt': 'name: "digits"',
    'digits/7/model.onnx': 'w'.repeat(1500),
    empty: '',
    [long]: 'by GNU',
    'ünïcode/näme': 'by pax',
    last: 'one',
  });
});

const hostile: [string, readonly TarPart[], RegExp][] = [
  ['an absolute name', [{ name: '/etc/cron.d/evil', content: 'x' }], /is absolute/],
  ['a name that leads out', [{ name: 'a/../../evil', content: 'x' }], /leads out/],
  ['a name of .. alone', [{ name: '..', type: '5' }], /leads out/],
  [
    'a pax name that leads out',
    [{ name: 'h', type: 'x', content: paxRecord('path', '../evil') }, { name: 'a' }],
    /leads out/,
  ],
  ['a GNU name that leads out', [{ name: 'h', type: 'L', content: '../evil\0' }, { name: 'a' }], /leads out/],
  ['a symbolic link', [{ name: 'link', type: '2', linkName: '/etc/passwd' }], /symbolic link/],
  ['a hard link', [{ name: 'link', type: '1', linkName: '../../secret' }], /hard link/],
  ['a device', [{ name: 'null', type: '3' }], /device/],
  ['a pipe', [{ name: 'pipe', type: '6' }], /pipe/],
  ['a sparse file', [{ name: 'h', type: 'x', content: paxRecord('GNU.sparse.major', '1') }, { name: 'a' }], /sparse/],
  ['an unknown kind of entry', [{ name: 'odd', type: 'Z' }], /neither a file nor a folder/],
  [
    'the same file twice',
    [
      { name: 'a', content: '1' },
      { name: './a', content: '2' },
    ],
    /there twice/,
  ],
  [
    'a file below a file',
    [
      { name: 'a', content: '1' },
      { name: 'a/b', content: '2' },
    ],
    /there twice/,
  ],
  [
    'a file in place of the folder itself',
    [
      { name: './', content: '' },
      { name: '.', content: 'x' },
    ],
    /no name/,
  ],
  ['a size that is no number', [{ name: 'a', sizeText: '9zz99999999\0' }], /size of an entry/],
  ['a size beyond its end', [{ name: 'a', sizeText: '00000777777\0' }], /ends in the middle/],
  [
    'a size beyond all reason',
    [{ name: 'a', sizeText: '\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff' }],
    /size of an entry/,
  ],
  ['a malformed extended header', [{ name: 'h', type: 'x', content: '99 path=a\n' }, { name: 'a' }], /malformed/],
  [
    'a huge extended header',
    [{ name: 'h', type: 'x', content: Buffer.alloc(70_000) }, { name: 'a' }],
    /extended header is larger/,
  ],
  [
    'a name with a part beyond a file system’s limit',
    [{ name: 'h', type: 'L', content: 'y'.repeat(300) }, { name: 'a' }],
    /longer than/,
  ],
  ['too many entries', Array.from({ length: 60 }, (_, at) => ({ name: `f${at}` })), /more than 50 entries/],
  ['a bomb', [{ name: 'zeros', content: Buffer.alloc(2 * 1024 * 1024) }], /more than 1048576 bytes/],
];

test.each(hostile)('%s is refused, and nothing of the archive stays', async (_, parts, message) => {
  const refusal = expect(unpack(gzipSync(tar(parts)))).rejects;
  await refusal.toThrow(message);
  await refusal.toBeInstanceOf(ArchiveError);
  expect(readdirSync(folder)).toEqual([]);
});

test('what is no gzip, is cut off, or goes on after its end is refused in words', async () => {
  const good = gzipSync(tar([{ name: 'a', content: 'x'.repeat(5000) }]));
  await expect(unpack(Buffer.from('not an archive at all'))).rejects.toThrow(/not a gzip file/);
  await expect(unpack(Buffer.alloc(0))).rejects.toThrow(ArchiveError);
  await expect(unpack(good.subarray(0, -20))).rejects.toThrow(/cut off/);
  await expect(unpack(gzipSync(tar([{ name: 'a' }]).subarray(0, 512)))).rejects.toThrow(/ends in the middle/);
  await expect(unpack(gzipSync(Buffer.concat([tar([{ name: 'a' }]), Buffer.from('more')])))).rejects.toThrow(
    /follows its end/,
  );
  await expect(unpack(gzipSync(Buffer.alloc(1200, 'n')))).rejects.toThrow(ArchiveError);
});

const sample = tar([
  { name: 'm/', type: '5' },
  { name: 'm/config.pbtxt', content: 'name: "m"' },
  { name: 'h', type: 'x', content: paxRecord('path', `m/${'long'.repeat(30)}`) },
  { name: 'm/long', content: 'l'.repeat(700) },
  { name: '././@LongLink', type: 'L', content: `m/${'g'.repeat(130)}\0` },
  { name: 'm/g', content: 'g' },
]);

/** Whatever was done to it, it is unpacked or refused, and nothing is written beside the folder. */
async function survives(bytes: Buffer): Promise<void> {
  const target = join(folder, 'model');
  try {
    await unpack(bytes, target);
    rmSync(target, { recursive: true });
  } catch (error) {
    expect(error).toBeInstanceOf(ArchiveError);
    expect(existsSync(target)).toBe(false);
  }
  expect(readdirSync(folder)).toEqual([]);
}

test('flipped bits and cuts, before and after compression, are never a crash nor a file outside', async () => {
  const flips = fc.array(fc.nat(sample.length * 8 - 1), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(flips, fc.boolean(), fc.option(fc.nat(sample.length)), async (bits, compressedFirst, cut) => {
      const bytes = Buffer.from(compressedFirst ? gzipSync(sample) : sample);
      for (const bit of bits) {
        const at = (bit >> 3) % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit & 7)), at);
      }
      const left = bytes.subarray(0, cut === null ? undefined : cut % bytes.length);
      await survives(compressedFirst ? left : gzipSync(left));
    }),
    { numRuns: 150 },
  );
});

test('a damaged header whose checksum was made to fit is no danger either', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(147), fc.nat(255), fc.constantFrom('0', '5', 'x', 'L', 'g'), async (at, value, type) => {
      const bytes = Buffer.from(
        tar([
          { name: 'some/file', content: 'abc', type },
          { name: 'b', content: 'x' },
        ]),
      );
      bytes.writeUInt8(value, at);
      bytes.write('        ', 148);
      const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      await survives(gzipSync(bytes));
    }),
    { numRuns: 150 },
  );
});
