import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archiveStream } from '../../../../core/catalog/triton/archive-stream.ts';
import { configPbtxt } from '../../../../core/catalog/triton/config-pbtxt.ts';
import { modelArchive } from '../../../../core/catalog/triton/model-archive.ts';
import { repositoryVersion } from '../../../../core/catalog/triton/repository-version.ts';
import { type TarEntry, tar } from '../../../../core/catalog/triton/tar.ts';
import { anyGpuManifest, doublingOnGpu } from './gpu-manifests.ts';

/** What the system's tar says of an archive. */
const systemTar = (archive: Uint8Array, ...options: string[]): string =>
  execFileSync('tar', options, { input: archive, env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' } }).toString('latin1');

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

const weights = randomBytes(200_000);
const files = (bytes: Uint8Array): ReadonlyMap<string, Uint8Array> => new Map([['model.onnx', bytes]]);
const weightsOfAnyLength = fc.nat(140_000).map((length) => new Uint8Array(Buffer.alloc(length, length)));
const folder = (bytes: Uint8Array): string => repositoryVersion(createHash('sha256').update(bytes).digest('hex'));
const labelled = doublingOnGpu({ labels: ['T-shirt', 'Bücher'] });

test('the archive holds the model in its own folder, which any tar can read', async () => {
  const archive = await modelArchive(labelled, files(weights));
  const version = folder(weights);
  const config = Buffer.byteLength(configPbtxt(labelled));
  const lines = systemTar(archive, 'tzvf', '-').trimEnd().split('\n');
  expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 double/',
    `drwxr-xr-x 0/0 0 1970-01-01 00:00 double/${version}/`,
    `-rw-r--r-- 0/0 200000 1970-01-01 00:00 double/${version}/model.onnx`,
    `-rw-r--r-- 0/0 ${config} 1970-01-01 00:00 double/config.pbtxt`,
    '-rw-r--r-- 0/0 16 1970-01-01 00:00 double/labels.txt',
  ]);
  const content = (name: string) => Buffer.from(systemTar(archive, 'xzOf', '-', `double/${name}`), 'latin1');
  expect(content(`${version}/model.onnx`).equals(weights)).toBe(true);
  expect(content('config.pbtxt').toString()).toBe(configPbtxt(labelled));
  expect(content('labels.txt').toString()).toBe('T-shirt\nBücher\n');
});

test('the same manifest and weights give the same bytes, in whatever chunks they come', async () => {
  const digest = createHash('sha256').update(Buffer.alloc(70_000, 7)).digest('hex');
  const chunks = (bytes: number) =>
    Array.from({ length: 70_000 / bytes }, () => new Uint8Array(Buffer.alloc(bytes, 7)));
  const archives: string[] = [];
  for (const bytes of [70_000, 7, 1000, 35_000]) {
    const stream = archiveStream(labelled, { sha256: digest, sizeBytes: 70_000 }, chunks(bytes));
    const parts = await collected(stream.content);
    archives.push(createHash('sha256').update(Buffer.concat(parts)).digest('hex'));
  }
  // Written down, so that another version of Node or another CPU does not make it another model either.
  expect(archives).toEqual(Array<string>(4).fill('fb3efbed73eb07b0397ef5aece5740b2fc2184fbdaa292ca5a579ed938bc248b'));
});

test('gzip has no time and no system in its header', async () => {
  const archive = await modelArchive(labelled, files(weights));
  expect([...archive.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
});

test('a vocabulary stays out: texts are tokens before the model is asked', async () => {
  const archive = await modelArchive(labelled, new Map([...files(weights), ['vocabulary.txt', Buffer.from('secret')]]));
  expect(systemTar(archive, 'tzf', '-')).not.toContain('vocabulary');
});

test('an archive is exactly as long as was said before it was made, whatever the manifest and the weights', async () => {
  await fc.assert(
    fc.asyncProperty(anyGpuManifest, weightsOfAnyLength, async (of, bytes) => {
      const artifact = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
      const { sizeBytes } = archiveStream(of, artifact, []);
      const archive = await modelArchive(of, files(bytes));
      expect(archive.length).toBe(sizeBytes);
      expect(gunzipSync(archive).length % 512).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test('a manifest without its artifact, and an artifact of another length, are told', async () => {
  await expect(modelArchive(labelled, new Map())).rejects.toThrow('double lacks its file model.onnx');
  const short = archiveStream(labelled, { sha256: 'a'.repeat(64), sizeBytes: 9 }, [new Uint8Array(8)]);
  await expect(collected(short.content)).rejects.toThrow('model.onnx has 8 bytes instead of 9');
});

test('names and sizes that ustar has no room for are refused, and not cut', async () => {
  const entry = (name: string, sizeBytes = 0): TarEntry => ({ name, sizeBytes, content: [] });
  await expect(collected(tar([entry('ü'.repeat(51))]))).rejects.toThrow(/has 102 bytes; a tar archive takes 100/);
  await expect(collected(tar([entry('big', 8 ** 11)]))).rejects.toThrow(/a tar archive takes 8589934591/);
  const [header] = await collected(tar([entry('x'.repeat(100))]));
  expect(Buffer.from(header ?? []).toString('latin1', 0, 108)).toBe(`${'x'.repeat(100)}0000644\0`);
});
