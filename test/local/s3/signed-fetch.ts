import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { startS3 } from './start-s3.ts';

interface Sent {
  /** What is signed, and sent unless `sentBody` says otherwise. */
  readonly body?: string;
  readonly sentBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** A signed request that no SDK would make: path, query and body go out exactly as they are given here. */
export async function signedFetch(
  { url, region, credentials }: Awaited<ReturnType<typeof startS3>>,
  method: string,
  path: string,
  { body = '', sentBody = body, headers = {}, query = {} }: Sent = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; text(): string }> {
  const { hostname, port, host } = new URL(url);
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: credentials.operator,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const sha256 = createHash('sha256').update(body).digest('hex');
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path,
    query: { ...query },
    headers: { host, 'x-amz-content-sha256': sha256, ...headers },
    body,
  });
  const search = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return new Promise((resolve, reject) => {
    const target = search.length === 0 ? path : `${path}?${search.join('&')}`;
    const length = { 'content-length': Buffer.byteLength(sentBody) };
    const sending = request(
      { hostname, port, method, path: target, headers: { ...signed.headers, ...length }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: () => Buffer.concat(chunks).toString(),
          }),
        );
        answer.on('error', reject);
      },
    );
    sending.on('error', reject);
    sending.end(sentBody);
  });
}
