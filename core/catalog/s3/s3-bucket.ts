import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';
import { bucketUrl } from './bucket-url.ts';
import { S3Error } from './s3-error.ts';
import { Sha256 } from './sha256.ts';

interface Options {
  readonly name: string;
  readonly region: string;
  /** Stands for all of S3. @default AWS's own in the region */
  readonly endpoint?: string | undefined;
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

const attempts = 3;
/** For all attempts together; a call has 29 s in all, and the largest artifact comes in a few. */
const msMax = 20_000;
/** Without a byte, from the first of the connection on. S3 takes 0.1 to 0.2 s to the first byte, seldom more than 1. */
const idleMsMax = 3000;
const pauseMsMax = 100;
/** S3's own errors have some 500 bytes. */
const errorBytesMax = 4096;

/**
 * Reads objects of one bucket over Node's own HTTP client, signed by the SDK's signer. `@aws-sdk/client-s3` would do the same and more:
 * for this one call it adds 170 kB to a bundle of 290, and to a cold start of 250 ms some 20 to load it and 10 to prepare its first request.
 */
export class S3Bucket {
  readonly #url: URL;
  readonly #signer: SignatureV4;
  readonly #random: () => number;

  constructor({ name, region, endpoint, credentials, random }: Options) {
    this.#url = bucketUrl(name, region, endpoint);
    this.#signer = new SignatureV4({
      service: 's3',
      region,
      credentials,
      sha256: Sha256,
      // S3 signs keys as they are sent, other services escape them once more.
      uriEscapePath: false,
    });
    this.#random = random;
  }

  /**
   * The bytes of an object. What may pass (a lost connection, a silence, S3's 5xx) is tried twice more after a short pause.
   *
   * @param key of letters, digits and `/`, so that it needs no escaping
   * @param sizeBytes what the object must have; more is not read
   * @throws {S3Error} whatever S3 answers but 200
   */
  async get(key: string, sizeBytes: number): Promise<Uint8Array> {
    const signal = AbortSignal.timeout(msMax);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(key, sizeBytes, signal);
      } catch (error) {
        const final = error instanceof S3Error ? error.status < 500 : error instanceof WrongSize;
        if (final || attempt === attempts || signal.aborted) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, this.#random() * pauseMsMax * attempt));
    }
  }

  async #attempt(key: string, sizeBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const response = await this.#send(key, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode !== 200) throw new S3Error(statusCode, await start(response));
    const length = Number(headers['content-length']);
    // Before its bytes are taken in: Node reads no more of a body than the length that was stated.
    if (length !== sizeBytes) {
      response.destroy();
      throw new WrongSize(`${key} has ${length} bytes in the bucket, ${sizeBytes} in the catalogue`);
    }
    const bytes = new Uint8Array(sizeBytes);
    let received = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes.set(chunk, received);
      received += chunk.length;
    }
    return bytes;
  }

  async #send(key: string, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(key, this.#url);
    const { headers } = await this.#signer.sign({
      method: 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host },
    });
    const { request } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers, signal, timeout: idleMsMax }, resolve);
      sent.on('timeout', () => sent.destroy(new Error(`S3 was silent for ${idleMsMax} ms`)));
      sent.on('error', reject);
      sent.end();
    });
  }
}

class WrongSize extends Error {}

async function start(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length >= errorBytesMax) break;
  }
  return text;
}
