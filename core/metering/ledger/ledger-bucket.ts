import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** A file to be stored. */
export interface LedgerFile {
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The ledger bucket. Needs `s3:PutObject` to store, `s3:GetObject` to open, `s3:ListBucket` to list. */
export class LedgerBucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /**
   * Stores a file for good. What is there already stays: the bucket keeps an object locked, and a run that died may have stored it.
   *
   * @param metadata ASCII, below 2 kB
   */
  async store(
    key: string,
    { path, bytes, sha256 }: LedgerFile,
    contentType: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<void> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: createReadStream(path),
          ContentLength: bytes,
          ContentType: contentType,
          // S3 refuses other bytes than these. A bucket with object lock wants a checksum with each object, too.
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          IfNoneMatch: '*',
          Metadata: { ...metadata, sha256 },
        }),
      );
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
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
