import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { S3ArtifactStore } from '../../../core/catalog/s3-artifact-store.ts';

const bytes = Buffer.from('weights');
const file = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };

/** A bucket that answers every key with the same content, and says what it was asked. */
function storeOver(content: Uint8Array) {
  const asked: unknown[][] = [];
  const get = async (...question: unknown[]) => {
    asked.push(question);
    return content;
  };
  return { store: new S3ArtifactStore({ get }), asked };
}

test('an artifact is read by its digest, and no more of it than the catalogue says', async () => {
  const { store, asked } = storeOver(bytes);
  expect(await store.read(file)).toEqual(bytes);
  expect(asked).toEqual([[`sha256/${file.sha256}`, 7]]);
});

test('bytes with another digest are refused', async () => {
  await expect(storeOver(Buffer.from('weighty')).store.read(file)).rejects.toThrow('has the digest');
});
