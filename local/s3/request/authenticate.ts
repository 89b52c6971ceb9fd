import type { CredentialStore } from '../../iam/credential-store.ts';
import { parseQuery } from '../../sigv4/parse-query.ts';
import { verifyRequest } from '../../sigv4/verify-request.ts';
import { checksumAlgorithms, checksumHeader } from '../checksum/checksum-algorithm.ts';
import { s3Error } from '../s3-error.ts';
import type { parseTarget } from './parse-target.ts';
import type { S3Call } from './s3-call.ts';

interface Arrived {
  readonly method: string;
  readonly target: ReturnType<typeof parseTarget>;
  /** Names in lower case, the values of a repeated header joined with `,`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

interface Verifier {
  readonly region: string;
  readonly credentials: CredentialStore;
  readonly now: () => number;
}

/**
 * The parameters of a presigned URL that are no headers: those about its signature, and checksums of the content, which S3 ignores there.
 * (The SDK for JavaScript, with no body at hand when it signs, puts the checksum of an empty one into the query:
 * https://github.com/localstack/localstack/issues/12169. A checksum binds the content only as a signed header.)
 */
const noHeaders = new Set([
  ...checksumAlgorithms.map(checksumHeader),
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);

const payloads = /^(?:UNSIGNED-PAYLOAD|[0-9a-f]{64}|STREAMING-[A-Z0-9-]{1,64})$/;

/**
 * Checks who sent a request and gives it the form that operations work on.
 *
 * @throws AwsError `AccessDenied` for an unsigned request: no bucket here is public, whatever its policy says; for a signed one what
 * `verifyRequest` throws; `InvalidRequest`, `InvalidArgument` for the payload's digest
 */
export function authenticate({ method, target, headers, body }: Arrived, verifier: Verifier): S3Call {
  const { path, query, bucketName, key } = target;
  const parameters = parseQuery(query);
  if (parameters === undefined) throw s3Error.invalidArgument('The query string has a malformed escape.');
  const isPresigned = headers['authorization'] === undefined;
  const carried = isPresigned ? headersInQuery(parameters) : {};
  const payload = headers['x-amz-content-sha256'] ?? (isPresigned ? 'UNSIGNED-PAYLOAD' : undefined);
  if (payload === undefined) {
    throw s3Error.invalidRequest('Missing required header for this request: x-amz-content-sha256');
  }
  if (!payloads.test(payload)) {
    throw s3Error.invalidArgument(
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a valid sha256 value.',
    );
  }
  const principal = verifyRequest(
    { method, path, query, headers, bodySha256: payload },
    { service: 's3', region: verifier.region, credentials: verifier.credentials, now: verifier.now },
  );
  const values = Object.entries(parameters).filter(([name]) => !(isPresigned && /^x-amz-/i.test(name)));
  const repeated = values.find(([, [, second]]) => second !== undefined);
  if (repeated !== undefined) throw s3Error.invalidArgument(`The parameter ${repeated[0]} must be there once.`);
  return {
    method,
    bucketName,
    key,
    query: new Map(values.map(([name, [value = '']]) => [name, value])),
    headers: { ...carried, ...headers, 'x-amz-content-sha256': payload },
    body,
    principal,
    authType: isPresigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
  };
}

/** A presigned URL carries `x-amz-` headers as parameters, so that its user need not send them. */
function headersInQuery(parameters: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, [value = '', ...more]]) => {
      const header = name.toLowerCase();
      if (!header.startsWith('x-amz-') || noHeaders.has(header)) return [];
      if (more.length > 0) throw s3Error.invalidArgument(`The parameter ${name} must be there once.`);
      return [[header, value]];
    }),
  );
}
