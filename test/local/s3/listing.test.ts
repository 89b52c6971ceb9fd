import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listObjects } from '../../../local/s3/store/list-objects.ts';
import { Store } from '../../../local/s3/store/store.ts';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'listing';

beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
  for (const key of ['a', 'a/1', 'a/2', 'a0', 'b/x/1', 'b/x/2', 'b/y', 'c', '😀', 'é', '\uffee']) await put(key);
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const put = (Key: string) => s3.operator.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
const list = (more: Omit<ListObjectsV2CommandInput, 'Bucket'> = {}) =>
  s3.operator.send(new ListObjectsV2Command({ Bucket, ...more }));
const names = (page: Awaited<ReturnType<typeof list>>) => ({
  keys: (page.Contents ?? []).map(({ Key = '' }) => Key),
  prefixes: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
});

test('keys come in the order of their UTF-8 bytes', async () => {
  const { keys } = names(await list());
  expect(keys).toEqual(['a', 'a/1', 'a/2', 'a0', 'b/x/1', 'b/x/2', 'b/y', 'c', 'é', '\uffee', '😀']);
});

test('an entry describes its object', async () => {
  const { Contents, ...page } = await list({ Prefix: 'c', FetchOwner: true });
  expect(page).toMatchObject({ Name: Bucket, Prefix: 'c', KeyCount: 1, MaxKeys: 1000, IsTruncated: false });
  expect(Contents).toMatchObject([
    {
      Key: 'c',
      Size: 1,
      ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: ['CRC32'],
      Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  ]);
});

test('a prefix selects, a delimiter rolls up', async () => {
  expect(names(await list({ Delimiter: '/' }))).toEqual({
    keys: ['a', 'a0', 'c', 'é', '\uffee', '😀'],
    prefixes: ['a/', 'b/'],
  });
  expect(names(await list({ Prefix: 'b/', Delimiter: '/' }))).toEqual({ keys: ['b/y'], prefixes: ['b/x/'] });
  expect(names(await list({ Prefix: 'b/x' }))).toEqual({ keys: ['b/x/1', 'b/x/2'], prefixes: [] });
  expect(names(await list({ Prefix: 'nothing' }))).toEqual({ keys: [], prefixes: [] });
});

test('a listing starts after any key, there or not', async () => {
  expect(names(await list({ StartAfter: 'b/x/1', MaxKeys: 2 })).keys).toEqual(['b/x/2', 'b/y']);
  expect(names(await list({ StartAfter: 'aaa', MaxKeys: 1 })).keys).toEqual(['b/x/1']);
});

test('pages follow each other, whatever is rolled up', async () => {
  for (const MaxKeys of [1, 2, 3]) {
    const seen: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3.operator }, { Bucket, Delimiter: '/', MaxKeys })) {
      const { keys, prefixes } = names(page);
      expect(keys.length + prefixes.length).toBeLessThanOrEqual(MaxKeys);
      seen.push(...keys, ...prefixes);
    }
    expect(seen.toSorted()).toEqual(['a', 'a/', 'a0', 'b/', 'c', 'é', '\uffee', '😀'].toSorted());
  }
});

test('a page holds at most a thousand entries', async () => {
  const many = await s3.bucket('thousands');
  const keys = Array.from({ length: 1001 }, (_, index) => String(index).padStart(5, '0'));
  for (let at = 0; at < keys.length; at += 20) {
    await Promise.all(
      keys.slice(at, at + 20).map((Key) => s3.operator.send(new PutObjectCommand({ Bucket: many, Key, Body: 'x' }))),
    );
  }
  const first = await s3.operator.send(new ListObjectsV2Command({ Bucket: many, MaxKeys: 5000 }));
  expect(first).toMatchObject({ KeyCount: 1000, MaxKeys: 1000, IsTruncated: true });
  const second = await s3.operator.send(
    new ListObjectsV2Command({ Bucket: many, ContinuationToken: first.NextContinuationToken }),
  );
  expect(second).toMatchObject({ KeyCount: 1, IsTruncated: false, Contents: [{ Key: '01000' }] });
}, 60_000);

test('no entries may be asked for', async () => {
  expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test('keys that XML cannot carry come percent-encoded on request', async () => {
  const odd = await s3.bucket('odd-keys');
  const Key = 'nul\u0000 & <tag> +/';
  await s3.operator.send(new PutObjectCommand({ Bucket: odd, Key, Body: 'x' }));
  const { Contents } = await s3.operator.send(new ListObjectsV2Command({ Bucket: odd, EncodingType: 'url' }));
  expect(Contents?.[0]?.Key).toBe('nul%00+%26+%3Ctag%3E+%2B/');
});

test.each([
  ['a token that is none', { ContinuationToken: 'no token!' }],
  ['a negative page size', { MaxKeys: -1 }],
  ['an unknown encoding', { EncodingType: 'rot13' as 'url' }],
])('%s is refused', async (_, more) => {
  await expect(list(more)).rejects.toMatchObject({ name: 'InvalidArgument' });
});

describe('against a plain model', () => {
  test('pages of any size give every key once, rolled up as by hand', async () => {
    const store = new Store(`${s3.dataDir}/model`);
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '\u0000', '😀'), minLength: 1, maxLength: 6 });
    let bucket = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 15 }),
        fc.string({ unit: fc.constantFrom('a', '/', 'é'), maxLength: 2 }),
        fc.constantFrom('', '/', 'a/'),
        fc.integer({ min: 1, max: 5 }),
        (keys, prefix, delimiter, entriesMax) => {
          const name = `bucket-${bucket++}`;
          for (const each of keys) store.objects.put(name, each, anObject);
          const seen: string[] = [];
          let from: Buffer | undefined = Buffer.alloc(0);
          while (from !== undefined) {
            const page: ReturnType<typeof listObjects> = listObjects(store.objects, {
              bucket: name,
              prefix,
              delimiter,
              from,
              entriesMax,
            });
            seen.push(...page.objects.map((object) => object.key.toString()), ...page.commonPrefixes);
            from = page.next;
          }
          const rolled = keys
            .filter((each) => each.startsWith(prefix))
            .map((each) => {
              const at = delimiter === '' ? -1 : each.indexOf(delimiter, prefix.length);
              return at < 0 ? each : each.slice(0, at + delimiter.length);
            });
          expect(seen.toSorted()).toEqual([...new Set(rolled)].toSorted());
        },
      ),
      { numRuns: 60 },
    );
    store.close();
  });
});

const anObject = {
  etag: '',
  sizeBytes: 0,
  modifiedAtMs: 0,
  checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: '' },
  attributes: { headers: {}, metadata: {}, encryption: { algorithm: 'AES256' } },
  blobs: [],
} as const;
