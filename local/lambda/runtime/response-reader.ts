/** A response of the Runtime API. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

type Head = Omit<HttpResponse, 'body'>;

const headEnd = '\r\n\r\n';

/** Cuts a stream into HTTP/1.1 responses, all of which state their `content-length`. */
export class ResponseReader {
  readonly #done: (response: HttpResponse) => void;
  #chunks: Buffer[] = [];
  #length = 0;
  #head: Head | undefined;
  /** Bytes from which on there is something new to read. */
  #needed = 1;

  constructor(done: (response: HttpResponse) => void) {
    this.#done = done;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needed) {
      if (this.#head !== undefined) this.#readBody(this.#head);
      else if (!this.#readHead()) return;
    }
  }

  /** False when the head is not complete yet. */
  #readHead(): boolean {
    const bytes = this.#joined();
    const end = bytes.indexOf(headEnd);
    if (end < 0) return false;
    const [first = '', ...rest] = bytes.toString('latin1', 0, end).split('\r\n');
    const headers = new Map(
      rest.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.#head = { status: Number(first.split(' ')[1]), headers };
    this.#keep(bytes.subarray(end + headEnd.length));
    this.#needed = Number(headers.get('content-length'));
    return true;
  }

  #readBody(head: Head): void {
    const bytes = this.#joined();
    const body = bytes.subarray(0, this.#needed);
    this.#keep(bytes.subarray(this.#needed));
    this.#head = undefined;
    this.#needed = 1;
    this.#done({ ...head, body });
  }

  #joined(): Buffer {
    return this.#chunks.length === 1 && this.#chunks[0] !== undefined ? this.#chunks[0] : Buffer.concat(this.#chunks);
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }
}
