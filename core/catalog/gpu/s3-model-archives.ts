import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { UnavailableError } from '../../api/maas-error.ts';
import { artifactKey } from '../artifact-key.ts';
import type { ArtifactFile, ModelVersion } from '../model-version.ts';
import { archiveStream } from '../triton/archive-stream.ts';
import { multiModelPrefix, targetModel } from '../triton/multi-model-key.ts';
import type { ModelArchives } from './model-archives.ts';

/**
 * `ModelArchives` in the artifacts bucket. The archive is made here and not in the sandbox, which has the bytes at hand too: a model that
 * took the sandbox over could then put any archive where the endpoint loads it, with code in it for Triton's Python backend, on a server
 * that other models share. Here nothing of the model runs; its bytes are proved by their digest and copied.
 *
 * Takes the memory of one archive. Needs `s3:GetObject` on `sha256/*`, `s3:GetObject` and `s3:PutObject` on `multi-model/*`, and
 * `s3:ListBucket`, without which S3 answers 403 and not 404 for an archive that is not there.
 */
export class S3ModelArchives implements ModelArchives {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async store(version: ModelVersion, budgetMs: number): Promise<void> {
    const abortSignal = AbortSignal.timeout(Math.max(1, Math.floor(budgetMs)));
    try {
      await this.#store(version, abortSignal);
    } catch (error) {
      if (!abortSignal.aborted) throw error;
      throw new UnavailableError(`the archive of ${version.model} could not be stored in time; push again`, {
        cause: error,
      });
    }
  }

  async #store({ model, version, manifest, files }: ModelVersion, abortSignal: AbortSignal): Promise<void> {
    const artifact = files[manifest.artifact];
    if (artifact === undefined) throw new Error(`${model} ${version} has no file ${manifest.artifact}`);
    const key = { Bucket: this.#bucket, Key: `${multiModelPrefix}${targetModel(manifest, artifact.sha256)}` };
    if (await this.#exists(key, abortSignal)) return;
    const { sizeBytes, content } = archiveStream(manifest, artifact, this.#artifact(artifact, abortSignal));
    const archive = new Uint8Array(sizeBytes);
    let at = 0;
    for await (const chunk of content) {
      archive.set(chunk, at);
      at += chunk.length;
    }
    await this.#client.send(new PutObjectCommand({ ...key, Body: archive, ContentType: 'application/gzip' }), {
      abortSignal,
    });
  }

  async #exists(key: { readonly Bucket: string; readonly Key: string }, abortSignal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(key), { abortSignal });
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  }

  /** The bytes of the artifact, of which the last ones come only when all of them have its digest. */
  async *#artifact({ sha256 }: ArtifactFile, abortSignal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: artifactKey(sha256) }), {
      abortSignal,
    });
    const hash = createHash('sha256');
    for await (const chunk of Body as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      yield chunk;
    }
    const digest = hash.digest('hex');
    if (digest !== sha256) throw new Error(`artifact ${sha256} has the digest ${digest}`);
  }
}
