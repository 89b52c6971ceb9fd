import { randomUUID } from 'node:crypto';
import type { Principal } from '../../iam/principal.ts';
import { below } from '../definition/below.ts';
import type { CaptureDefinition } from '../definition/endpoint-config.ts';
import type { Host } from '../hosting/host.ts';

interface Content {
  readonly contentType: string | undefined;
  readonly chunks: readonly Uint8Array[];
}

interface Exchange {
  /** Its name. */
  readonly variant: string;
  /** Who writes. */
  readonly role: Principal;
  readonly input: Content;
  readonly output: Content;
  /** `inferenceId`, `customAttributes` */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Characters of records that may wait to be written; what comes beyond is not captured. */
const pendingLengthMax = 64 * 1024 * 1024;
const fileLengthMax = 4 * 1024 * 1024;

/**
 * Keeps requests and answers in S3: JSON lines in `<destination>/<endpoint>/<variant>/yyyy/mm/dd/hh/mm-ss-mmm-<uuid>.jsonl`, written with
 * the execution role of the variant's model.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
 */
export class DataCapture {
  readonly #definition: CaptureDefinition;
  readonly #endpoint: string;
  readonly #host: Host;
  #pending = new Map<string, { readonly role: Principal; readonly records: string[] }>();
  #pendingLength = 0;
  /** Of the records that are being written. */
  #writingLength = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(definition: CaptureDefinition, endpoint: string, host: Host) {
    this.#definition = definition;
    this.#endpoint = endpoint;
    this.#host = host;
  }

  /** Notes an exchange, if chance has it captured. */
  keep({ variant, role, input, output, metadata }: Exchange): void {
    const { samplingPercentage } = this.#definition;
    if (this.#host.random() * 100 >= samplingPercentage || this.#pendingLength + this.#writingLength > pendingLengthMax)
      return;
    const record = JSON.stringify({
      captureData: {
        ...(this.#definition.input && { endpointInput: this.#captured(input, 'INPUT') }),
        ...(this.#definition.output && { endpointOutput: this.#captured(output, 'OUTPUT') }),
      },
      eventMetadata: { eventId: randomUUID(), ...metadata, inferenceTime: isoSeconds(this.#host.now()) },
      eventVersion: '0',
    });
    const pending = this.#pending.get(variant) ?? { role, records: [] };
    pending.records.push(record);
    this.#pending.set(variant, pending);
    this.#pendingLength += record.length;
    if (this.#pendingLength > fileLengthMax) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#host.timings.captureMs).unref();
  }

  /** Writes what is pending. */
  async stop(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #captured({ contentType = '', chunks }: Content, mode: 'INPUT' | 'OUTPUT'): object {
    const { csvContentTypes, jsonContentTypes } = this.#definition;
    const isCsv = csvContentTypes.includes(contentType);
    const encoding = isCsv ? 'CSV' : jsonContentTypes.includes(contentType) ? 'JSON' : 'BASE64';
    const bytes = Buffer.concat(chunks);
    return {
      observedContentType: contentType,
      mode,
      data: bytes.toString(encoding === 'BASE64' ? 'base64' : 'utf8'),
      encoding,
    };
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = this.#pending;
    const length = this.#pendingLength;
    this.#pending = new Map();
    this.#pendingLength = 0;
    this.#writingLength += length;
    this.#writing = this.#writing.then(async () => {
      for (const [variant, { role, records }] of pending) await this.#write(variant, role, records);
      this.#writingLength -= length;
    });
  }

  async #write(variant: string, role: Principal, records: readonly string[]): Promise<void> {
    const { destination, kmsKeyId } = this.#definition;
    const [day = '', time = ''] = new Date(this.#host.now()).toISOString().split('T');
    const [hour, minute, second] = time.split(/[:.Z]/);
    const milliseconds = time.slice(9, 12);
    const file = `${minute}-${second}-${milliseconds}-${randomUUID()}.jsonl`;
    const place = below(destination, [this.#endpoint, variant, ...day.split('-'), hour, file].join('/'));
    try {
      const body = Buffer.from(`${records.join('\n')}\n`);
      await this.#host.objectsOf(role).put(place, body, 'application/jsonlines', kmsKeyId);
    } catch (error) {
      this.#host.log(`endpoint ${this.#endpoint}: captured data is lost: ${(error as Error).message}`);
    }
  }
}

/** `2026-11-22T01:02:03Z` */
const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
