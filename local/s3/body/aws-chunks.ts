import { AwsError } from '../../endpoint/aws-call.ts';
import { s3Error } from '../s3-error.ts';

/** A chunk's size in hex and its extensions, or a trailer: a line of more bytes than this is not what an SDK sends. */
const lineBytesMax = 1024;
const trailersMax = 10;
/** S3 takes no smaller chunk than this but the last: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
const chunkBytesMin = 8192;

const invalidChunkSize = (): AwsError =>
  new AwsError(
    'InvalidChunkSizeError',
    403,
    `Only the last chunk is allowed to have a size less than ${chunkBytesMin} bytes`,
  );

const malformed = (): AwsError => s3Error.invalidRequest('The aws-chunked body is malformed.');

/**
 * Takes the framing off a body of `x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * @param trailers is filled, names in lower case, when the content has been read to its end
 * @throws AwsError `IncompleteBody` when it ends too early, `InvalidChunkSizeError`, `InvalidRequest` when it is not framed so
 */
export async function* awsChunks(
  body: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, void> {
  const reader = new LineReader(body);
  let small = false;
  for (;;) {
    const size = /^([0-9a-fA-F]{1,12})(?:;.*)?$/.exec(await reader.line())?.[1];
    if (size === undefined) throw malformed();
    const sizeBytes = Number.parseInt(size, 16);
    if (sizeBytes === 0) break;
    if (small) throw invalidChunkSize();
    small = sizeBytes < chunkBytesMin;
    yield* reader.bytes(sizeBytes);
    if ((await reader.line()) !== '') throw malformed();
  }
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1 || trailers.size === trailersMax) throw malformed();
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** Lines that end with CRLF, and counted bytes between them. */
class LineReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#source = body[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0 && end <= lineBytesMax) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > lineBytesMax) throw malformed();
      this.#rest = Buffer.concat([this.#rest, await this.#more()]);
    }
  }

  async *bytes(count: number): AsyncGenerator<Uint8Array, void> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#more();
      const chunk = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }

  async #more(): Promise<Buffer> {
    const { done, value } = await this.#source.next();
    if (done) throw s3Error.incompleteBody();
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}
