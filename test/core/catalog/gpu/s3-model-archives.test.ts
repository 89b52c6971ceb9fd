import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artifactKey } from '../../../../core/catalog/artifact-key.ts';
import { S3ModelArchives } from '../../../../core/catalog/gpu/s3-model-archives.ts';
import type { ModelVersion } from '../../../../core/catalog/model-version.ts';
import { modelArchive } from '../../../../core/catalog/triton/model-archive.ts';
import { multiModelPrefix, targetModel } from '../../../../core/catalog/triton/multi-model-key.ts';
import { startS3 } from '../../../local/s3/start-s3.ts';
import { doublingOnGpu } from '../triton/gpu-manifests.ts';

const Bucket = 'artifacts';
const arn = `arn:aws:s3:::${Bucket}`;
const weights = randomBytes(300_000);
const sha256 = createHash('sha256').update(weights).digest('hex');

let s3: Awaited<ReturnType<typeof startS3>>;
let archives: S3ModelArchives;
beforeAll(async () => {
  s3 = await startS3();
  await s3.bucket(Bucket);
  await s3.operator.send(new PutObjectCommand({ Bucket, Key: artifactKey(sha256), Body: weights }));
  // As the class says what it needs.
  const role = s3.role(
    { Effect: 'Allow', Action: 's3:GetObject', Resource: [`${arn}/sha256/*`, `${arn}/${multiModelPrefix}*`] },
    { Effect: 'Allow', Action: 's3:PutObject', Resource: `${arn}/${multiModelPrefix}*` },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn },
  );
  archives = new S3ModelArchives(s3.client(role), Bucket);
});
afterAll(async () => {
  expect(s3.failures).toEqual([]);
  await s3.stop();
});

const version = (changes: Parameters<typeof doublingOnGpu>[0] = {}, digest = sha256): ModelVersion => {
  const manifest = doublingOnGpu(changes);
  return {
    model: manifest.name,
    version: '1',
    state: 'VALIDATING',
    manifest,
    files: { 'model.onnx': { sha256: digest, sizeBytes: weights.length } },
    createdAt: '2026-11-22T00:00:00.000Z',
  };
};
const stored = async ({ manifest }: ModelVersion, digest = sha256) => {
  const Key = `${multiModelPrefix}${targetModel(manifest, digest)}`;
  const { Body } = await s3.operator.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToByteArray();
};

test('the archive lies where the multi-model endpoint looks for it, the same bytes as for an endpoint of its own', async () => {
  const of = version({ labels: ['a', 'b'] });
  await archives.store(of, 10_000);
  expect(await stored(of)).toEqual(await modelArchive(of.manifest, new Map([['model.onnx', weights]])));
});

test('one that is there is not written again', async () => {
  const of = version({ name: 'kept' });
  const Key = `${multiModelPrefix}${targetModel(of.manifest, sha256)}`;
  await s3.operator.send(new PutObjectCommand({ Bucket, Key, Body: 'kept' }));
  await archives.store(of, 10_000);
  expect(Buffer.from((await stored(of)) ?? []).toString()).toBe('kept');
});

test('bytes that are not those of the digest are never put into an archive', async () => {
  const digest = 'd'.repeat(64);
  await s3.operator.send(new PutObjectCommand({ Bucket, Key: artifactKey(digest), Body: weights }));
  await expect(archives.store(version({}, digest), 10_000)).rejects.toThrow(/has the digest/);
  await expect(stored(version(), digest)).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('what takes longer than there is time for is told as such', async () => {
  await expect(archives.store(version({ name: 'late' }), 1)).rejects.toMatchObject({
    status: 503,
    message: 'the archive of late could not be stored in time; push again',
  });
});
