import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { putFile, type StoredFile } from '../../storage/put-file.ts';

/** The ledger bucket. Needs `s3:PutObject` to store, `s3:GetObject` to open, `s3:ListBucket` to list. */
export class LedgerBucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /**
   * Stores a file for good, with its digest among what is said of it.
   *
   * @param metadata ASCII, below 2 kB
   * @returns false when there is an object already, which stays as it is
   */
  async store(
    key: string,
    file: StoredFile,
    contentType: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    try {
      await putFile(this.#client, { bucket: this.#bucket, key }, file, contentType, {
        IfNoneMatch: '*',
        Metadata: { ...metadata, sha256: file.sha256 },
      });
      return true;
    } catch (error) {
      if (!isTaken(error)) throw error;
      return false;
    }
  }

  /** An object's length and what was stored with it. */
  async look(key: string): Promise<Omit<Awaited<ReturnType<LedgerBucket['open']>>, 'body'>> {
    const { body, ...rest } = await this.open(key);
    body.destroy();
    return rest;
  }

  /** An object's bytes, its length, and what was stored with it. */
  async open(
    key: string,
  ): Promise<{ readonly body: Readable; readonly bytes: number; readonly metadata: Readonly<Record<string, string>> }> {
    const { Body, ContentLength, Metadata } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
    );
    return { body: Body as Readable, bytes: ContentLength ?? 0, metadata: Metadata ?? {} };
  }

  /** All keys that begin so. */
  async keys(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    let next: string | undefined;
    do {
      const { Contents = [], NextContinuationToken } = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          ...(next === undefined ? {} : { ContinuationToken: next }),
        }),
      );
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
      next = NextContinuationToken;
    } while (next !== undefined);
    return keys;
  }
}

const isTaken = (error: unknown): boolean => error instanceof Error && error.name === 'PreconditionFailed';
