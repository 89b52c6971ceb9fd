import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/endpoint/aws-call.ts';
import { readForm } from '../../../local/s3/form/read-form.ts';
import { startS3 } from './start-s3.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
const Bucket = 'forms';
let skewMs = 0;
/** S3's placeholder. */
const fileNameHere = '$' + '{filename}';

beforeAll(async () => {
  s3 = await startS3({ now: () => Date.now() + skewMs });
  await s3.bucket(Bucket);
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

interface Sent {
  readonly file?: string | null;
  readonly fileName?: string;
  readonly change?: Record<string, string | undefined>;
  readonly client?: typeof s3.operator;
}

/** Signs a form, fills it in and sends it as a browser would. */
const post = async (options: Partial<PresignedPostOptions> = {}, sent: Sent = {}) => {
  const { file = 'content', fileName = 'picture.png', change = {}, client = s3.operator } = sent;
  const { url, fields } = await createPresignedPost(client as never, {
    Bucket,
    Key: 'upload',
    Expires: 60,
    ...options,
  });
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...change }))
    if (value !== undefined) form.append(name, value);
  if (file !== null) form.append('file', new Blob([file]), fileName);
  const answer = await fetch(url, { method: 'POST', body: form });
  const text = await answer.text();
  return { answer, text, outcome: `${answer.status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ''}`.trim() };
};
const read = (Key: string) => s3.operator.send(new GetObjectCommand({ Bucket, Key }));

test('a signed form takes a file, and the headers that it fixes', async () => {
  const { answer } = await post({
    Fields: { 'Content-Type': 'image/png', 'x-amz-meta-origin': 'form' },
    Conditions: [['content-length-range', 1, 100]],
  });
  expect(answer.status).toBe(204);
  const object = await read('upload');
  expect(await object.Body?.transformToString()).toBe('content');
  expect(object).toMatchObject({
    ContentType: 'image/png',
    Metadata: { origin: 'form' },
    ETag: answer.headers.get('etag'),
  });
});

test('a large file streams through, whatever its bytes', async () => {
  const file = '\r\n--\r\n'.repeat(200_000);
  expect((await post({}, { file })).outcome).toBe('204');
  expect(await (await read('upload')).Body?.transformToString()).toBe(file);
});

test('the name of the file can become part of the key, its path cannot', async () => {
  const { outcome } = await post({ Key: `mine/${fileNameHere}` }, { fileName: 'C:\\secret/../a$&b.png' });
  expect(outcome).toBe('204');
  expect(await (await read('mine/a$&b.png')).Body?.transformToString()).toBe('content');
});

test('the answer says where the file went, if it is asked to', async () => {
  const { answer, text } = await post({ Fields: { success_action_status: '201' } });
  expect(answer.status).toBe(201);
  expect(text).toContain('<Key>upload</Key>');
  expect(answer.headers.get('location')).toBe(`${s3.url}/${Bucket}/upload`);
});

describe('a form is refused', () => {
  test('when it has expired', async () => {
    skewMs = 61_000;
    const refused = await post();
    skewMs = 0;
    expect(refused.outcome).toBe('403 AccessDenied');
    expect(refused.text).toContain('Policy expired');
  });

  test.each([
    ['is too long', 'x'.repeat(11), '400 EntityTooLarge'],
    ['is too short', 'x', '400 EntityTooSmall'],
  ])('when its file %s', async (_, file, code) => {
    expect((await post({ Conditions: [['content-length-range', 2, 10]] }, { file })).outcome).toBe(code);
  });

  test('when a field is not what its condition says', async () => {
    expect((await post({}, { change: { key: 'elsewhere' } })).outcome).toBe('403 AccessDenied');
    const conditions: PresignedPostOptions['Conditions'] = [['starts-with', '$Content-Type', 'image/']];
    const typed = (type: string) => post({ Conditions: conditions }, { change: { 'Content-Type': type } });
    expect((await typed('text/html')).outcome).toBe('403 AccessDenied');
    expect((await typed('image/png')).outcome).toBe('204');
    const prefix = await post({ Key: `mine/${fileNameHere}` }, { change: { key: `yours/${fileNameHere}` } });
    expect(prefix.outcome).toBe('403 AccessDenied');
  });

  test('when a field has no condition', async () => {
    const { outcome, text } = await post({}, { change: { 'Content-Type': 'text/html' } });
    expect(outcome).toBe('403 AccessDenied');
    expect(text).toContain('Extra input fields: content-type');
    expect((await post({}, { change: { 'x-ignore-me': 'x' } })).outcome).toBe('204');
  });

  test('when its policy or signature was changed, or there is none', async () => {
    const signature = 'X-Amz-Signature';
    const policy = Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64');
    expect((await post({}, { change: { Policy: policy } })).outcome).toBe('403 SignatureDoesNotMatch');
    expect((await post({}, { change: { [signature]: '0'.repeat(64) } })).outcome).toBe('403 SignatureDoesNotMatch');
    expect((await post({}, { change: { [signature]: undefined } })).outcome).toBe('400 InvalidArgument');
    expect((await post({}, { change: { Policy: undefined } })).outcome).toBe('403 AccessDenied');
  });

  test('when its signer may not write there', async () => {
    const role = (key: string) =>
      s3.client(s3.role({ Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/${key}` }));
    expect((await post({}, { client: role('other') })).outcome).toBe('403 AccessDenied');
    expect((await post({}, { client: role('upload') })).outcome).toBe('204');
  });

  test('when it is for another bucket', async () => {
    const other = await s3.bucket('other-forms');
    const { fields } = await createPresignedPost(s3.operator as never, { Bucket, Key: 'upload' });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['x']));
    expect((await fetch(`${s3.url}/${other}`, { method: 'POST', body: form })).status).toBe(403);
  });

  test('without a file, with a field twice, or with too many of them', async () => {
    expect((await post({}, { file: null })).outcome).toBe('400 InvalidArgument');
    expect((await post({}, { change: { KEY: 'upload' } })).outcome).toBe('400 InvalidArgument');
    expect((await post({}, { change: { 'x-ignore-1': 'x'.repeat(21_000) } })).outcome).toBe(
      '400 MaxPostPreDataLengthExceeded',
    );
  });
});

test('a form is the same however its bytes are cut, and a broken one is refused', async () => {
  const lines = ['--B', 'Content-Disposition: form-data; name="Key"', '', 'k', '--B'];
  const start = [...lines, 'content-disposition: form-data; name="file"; filename="a/b.txt"', '', ''].join('\r\n');
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('\r', '\n', '-', 'B', 'x'), maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 10 }),
      async (file, size, missing) => {
        fc.pre(!`${file}\r\n`.includes('\r\n--B'));
        const whole = Buffer.from(`${start}${file}\r\n--B--\r\n`);
        const bytes = whole.subarray(0, whole.length - missing);
        async function* body() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        }
        const got: Uint8Array[] = [];
        const reading = async () => {
          const form = await readForm('multipart/form-data; boundary=B', body());
          for await (const chunk of form.file) got.push(chunk);
          return form;
        };
        // The last six bytes come after the delimiter, which is all that is waited for.
        if (missing <= 4) {
          const form = await reading();
          expect([form.fileName, form.fields.get('key')]).toEqual(['b.txt', 'k']);
          expect(Buffer.concat(got).toString()).toBe(file);
        } else {
          await expect(reading()).rejects.toBeInstanceOf(AwsError);
        }
      },
    ),
  );
});
