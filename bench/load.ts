import { Agent, request } from 'node:http';

/** A request to repeat. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly connections: number;
  readonly seconds: number;
}

/** What came of it. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/**
 * Posts the same body over keep-alive connections, each sending its next request when its last was answered, for the given time.
 *
 * @throws when an answer is not 200, since a server that refuses is fast for the wrong reason
 */
export async function load({ url, headers, body, connections, seconds }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = request(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  const times: number[] = [];
  const started = performance.now();
  const connection = async (): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      const sent = performance.now();
      const status = await send();
      if (status !== 200) throw new Error(`${url} answered ${status}`);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const tookMs = performance.now() - started;
  agent.destroy();
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: (times.length / tookMs) * 1000,
    medianMs: times[Math.floor(times.length / 2)] ?? Number.NaN,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
  };
}
