import { ArchiveError } from './archive-error.ts';

/** Takes a stream of bytes apart into pieces of known length, and never holds more of it than one chunk and one such piece. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #bytesMax: number;
  #chunk: Buffer = Buffer.alloc(0);
  #received = 0;

  /** @param bytesMax a longer stream is an error, also where nobody asks for its bytes */
  constructor(chunks: AsyncIterable<Uint8Array>, bytesMax: number) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#bytesMax = bytesMax;
  }

  /**
   * Exactly so many bytes.
   * @throws ArchiveError when the stream ends before
   */
  async read(length: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.pieces(length)) pieces.push(piece);
    return pieces.length === 1 ? Buffer.from(pieces[0] ?? []) : Buffer.concat(pieces);
  }

  /**
   * The next so many bytes, as they arrive.
   * @throws ArchiveError when the stream ends before
   */
  async *pieces(length: number): AsyncGenerator<Uint8Array, void> {
    for (let left = length; left > 0; ) {
      if (this.#chunk.length === 0 && !(await this.#next()))
        throw new ArchiveError('it ends in the middle of an entry');
      const piece = this.#chunk.subarray(0, left);
      this.#chunk = this.#chunk.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** What is left, to the end of the stream. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    do {
      yield this.#chunk;
      this.#chunk = Buffer.alloc(0);
    } while (await this.#next());
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    this.#received += value.length;
    if (this.#received > this.#bytesMax) {
      throw new ArchiveError(`it unpacks to more than ${this.#bytesMax} bytes`);
    }
    this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
    // An empty chunk is no end.
    return this.#chunk.length > 0 || this.#next();
  }
}
