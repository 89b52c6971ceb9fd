import { AwsError } from '../../endpoint/aws-call.ts';
import { s3Error } from '../s3-error.ts';

/** An HTML form with a file, its fields read, the file still on its way. */
export interface Form {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** As the sender calls the file; empty when it does not. */
  readonly fileName: string;
  /** What comes after the file is not looked at. */
  readonly file: AsyncIterable<Uint8Array>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html: everything before the file. */
const fieldBytesMax = 20 * 1024;
const fieldsMax = 100;

const tooLarge = (): AwsError =>
  new AwsError(
    'MaxPostPreDataLengthExceeded',
    400,
    'Your POST request fields preceding the upload file were too large.',
  );
const malformed = (): AwsError =>
  s3Error.malformedPost('The body of your POST request is not well-formed multipart/form-data.');

/**
 * Reads a `multipart/form-data` body (RFC 7578) up to the content of its file.
 *
 * @throws AwsError `MalformedPOSTRequest`, `MaxPostPreDataLengthExceeded`, `InvalidArgument` for a field given twice or a missing file
 */
export async function readForm(contentType: string, body: AsyncIterable<Uint8Array>): Promise<Form> {
  const boundary = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(
    contentType,
  );
  if (boundary === null) throw malformed();
  // The first delimiter lacks the line break of the others.
  const reader = new DelimitedReader(body, Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`), Buffer.from('\r\n'));
  const fields = new Map<string, string>();
  if ((await reader.untilDelimiter(fieldBytesMax)).length > 0) throw malformed();
  for (;;) {
    const line = await reader.until('\r\n', fieldBytesMax);
    if (line.toString().trim() === '--')
      throw s3Error.invalidArgument('POST requires exactly one file upload per request.');
    if (line.toString().trim() !== '') throw malformed();
    const { name, fileName } = partName((await reader.until('\r\n\r\n', fieldBytesMax)).toString());
    if (name === 'file') return { fields, fileName, file: reader.content() };
    const value = await reader.untilDelimiter(fieldBytesMax - reader.taken);
    if (fields.has(name)) throw s3Error.invalidArgument(`POST requires exactly one ${name} per request.`);
    fields.set(name, value.toString());
    if (fields.size > fieldsMax) throw tooLarge();
  }
}

function partName(headers: string): { name: string; fileName: string } {
  const disposition = headers.split('\r\n').find((line) => /^content-disposition:\s*form-data\s*;/i.test(line)) ?? '';
  const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw malformed();
  const fileName = /;\s*filename="([^"]*)"/i.exec(disposition)?.[1] ?? '';
  // A browser may send a path: only what comes after its last separator is the name.
  return { name: name.toLowerCase(), fileName: fileName.replace(/^.*[/\\]/s, '') };
}

/** Splits a stream at a delimiter that may lie across its chunks. */
class DelimitedReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  #rest: Buffer;
  /** Bytes handed out so far. */
  taken = 0;

  constructor(body: AsyncIterable<Uint8Array>, delimiter: Buffer, start: Buffer) {
    this.#source = body[Symbol.asyncIterator]();
    this.#delimiter = delimiter;
    this.#rest = start;
  }

  /** What comes before `end`, which is skipped. */
  async until(end: string | Buffer, bytesMax: number): Promise<Buffer> {
    for (;;) {
      const at = this.#rest.indexOf(end);
      if (at > bytesMax || (at < 0 && this.#rest.length > bytesMax + end.length)) throw tooLarge();
      if (at >= 0) {
        const before = this.#rest.subarray(0, at);
        this.#rest = this.#rest.subarray(at + end.length);
        this.taken += at + end.length;
        return before;
      }
      this.#rest = Buffer.concat([this.#rest, await this.#more()]);
    }
  }

  untilDelimiter(bytesMax: number): Promise<Buffer> {
    return this.until(this.#delimiter, bytesMax);
  }

  /** What comes before the delimiter, as it comes. */
  async *content(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const at = this.#rest.indexOf(this.#delimiter);
      if (at >= 0) {
        if (at > 0) yield this.#rest.subarray(0, at);
        return;
      }
      // The end of it may be the start of the delimiter.
      const sure = Math.max(0, this.#rest.length - this.#delimiter.length + 1);
      if (sure > 0) yield this.#rest.subarray(0, sure);
      this.#rest = Buffer.concat([this.#rest.subarray(sure), await this.#more()]);
    }
  }

  async #more(): Promise<Uint8Array> {
    const { done, value } = await this.#source.next();
    if (done) throw s3Error.incompleteBody();
    return value;
  }
}
