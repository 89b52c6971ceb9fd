import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const eventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1),
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z.literal('application/json').optional(),
  data: z.record(z.string(), z.unknown()).nullable().optional(),
});

/** An event that was taken in. */
export type TakenEvent = z.infer<typeof eventSchema>;

/** What goes wrong with a request. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the events were taken in all the same. @default false */
  readonly after?: boolean;
}

const knownMs = 32 * 86_400_000;

/** OpenMeter as its README says. */
export class FakeOpenMeter {
  readonly #token: string;
  readonly #now: () => Date;
  readonly #known = new Map<string, number>();
  readonly #faults: Fault[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  /** In the order in which they came, each once. */
  readonly events: TakenEvent[] = [];
  /** Requests that came, also those that were refused. */
  requests = 0;

  constructor({ token, now = () => new Date() }: { readonly token: string; readonly now?: () => Date }) {
    this.#token = token;
    this.#now = now;
  }

  /** @returns its base URL */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** The next requests end like this, one each. */
  fail(...faults: Fault[]): void {
    this.#faults.push(...faults);
  }

  /** No more of them do. */
  recover(): void {
    this.#faults.length = 0;
  }

  /** What a meter over this field shows for a subject. */
  sum(subject: string, field: string): number {
    return this.events
      .filter((event) => event.subject === subject)
      .reduce((total, { data }) => total + Number(data?.[field] ?? 0), 0);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const fault = this.#faults.shift();
    if (fault !== undefined && fault.after !== true) return refuse(response, fault.status, 'a fault', fault.headers);
    const refused = this.#take(request, Buffer.concat(chunks).toString());
    if (refused !== undefined) return refuse(response, ...refused);
    if (fault !== undefined) return refuse(response, fault.status, 'a fault', fault.headers);
    response.writeHead(204).end();
  }

  #take({ method, url, headers }: IncomingMessage, body: string): [status: number, detail: string] | undefined {
    if (method !== 'POST' || url !== '/api/v1/events') return [404, 'no such route'];
    if (headers.authorization !== `Bearer ${this.#token}`) return [401, 'invalid token'];
    const one = headers['content-type'] === 'application/cloudevents+json';
    if (!one && headers['content-type'] !== 'application/cloudevents-batch+json') return [415, 'content type'];
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      return [400, 'the body is not JSON'];
    }
    const { data: events, error } = z.array(eventSchema).safeParse(one ? [json] : json);
    if (error !== undefined) return [400, z.prettifyError(error)];
    const now = this.#now().getTime();
    for (const event of events) {
      const key = JSON.stringify([event.source, event.id]);
      const seenAt = this.#known.get(key);
      if (seenAt !== undefined && now - seenAt < knownMs) continue;
      this.#known.set(key, now);
      this.events.push(event);
    }
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, detail: string, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: 'about:blank', status, title: 'refused', detail }));
}
