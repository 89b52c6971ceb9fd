import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/endpoint/aws-call.ts';
import type { Credential } from '../../../local/iam/credential.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { signatureOf } from '../../../local/sigv4/signature-of.ts';
import type { SignedRequest } from '../../../local/sigv4/signed-request.ts';
import { signingKey } from '../../../local/sigv4/signing-key.ts';
import { verifyRequest } from '../../../local/sigv4/verify-request.ts';

const region = 'eu-central-1';
const now = Date.UTC(2026, 5, 1, 12, 0, 0);
const operator: Credential = {
  accessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  secretAccessKey: 'a-secret',
  principal: { arn: 'arn:aws:iam::123456789012:user/operator', account: '123456789012', policies: [] },
};
const session = { arn: 'arn:aws:sts::123456789012:assumed-role/r/s', account: '123456789012', policies: [] };
let clock = now;
const credentials = new CredentialStore(operator, () => clock);

/** node:crypto in the shape that the SDK's signer takes. */
class Sha256 {
  readonly #hash;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    const bytes = typeof key === 'string' ? key : key && new Uint8Array(ArrayBuffer.isView(key) ? key.buffer : key);
    this.#hash = bytes === undefined ? createHash('sha256') : createHmac('sha256', bytes);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : Buffer.from(data as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

interface Sent {
  readonly method?: string;
  /** Percent-encoded. */
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const signerOf = (service: string, credential: Credential, scopeRegion = region) =>
  new SignatureV4({
    service,
    region: scopeRegion,
    credentials: credential,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** What the SDK would send. */
const onTheWire = (
  signed: {
    method: string;
    path: string;
    query?: Record<string, string | string[] | null>;
    headers: Record<string, string>;
  },
  body: string,
  bodySha256 = createHash('sha256').update(body).digest('hex'),
): SignedRequest => ({
  method: signed.method,
  path: signed.path,
  query: Object.entries(signed.query ?? {})
    .flatMap(([name, value]) => [value ?? ''].flat().map((one) => `${encode(name)}=${encode(one)}`))
    .join('&'),
  headers: Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value])),
  bodySha256,
});

const sign = async (sent: Sent, service: string, credential: Credential = operator, signingDate = new Date(now)) => {
  const { method = 'POST', path = '/', query = {}, headers = {}, body = '' } = sent;
  const signed = await signerOf(service, credential).sign(
    {
      method,
      path,
      query,
      headers: { host: '127.0.0.1:1234', ...headers },
      body,
      protocol: 'http:',
      hostname: '127.0.0.1',
    },
    { signingDate },
  );
  return onTheWire(signed, body, signed.headers['x-amz-content-sha256']);
};

const presign = async (sent: Sent, service: string, credential: Credential, expiresIn: number) => {
  const { method = 'GET', path = '/', query = {}, body = '' } = sent;
  const headers = { host: '127.0.0.1:1234', ...(service === 's3' && { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }) };
  const signed = await signerOf(service, credential).presign(
    { method, path, query, headers, body, protocol: 'http:', hostname: '127.0.0.1' },
    { signingDate: new Date(now), expiresIn },
  );
  return onTheWire(signed, body, service === 's3' ? 'UNSIGNED-PAYLOAD' : undefined);
};

const verify = (request: SignedRequest, service: string) =>
  verifyRequest(request, { service, region, credentials, now: () => clock });

const refusal = (request: SignedRequest, service: string): string => {
  try {
    verify(request, service);
  } catch (error) {
    if (error instanceof AwsError) {
      return `${error.status} ${error.code}`;
    }
    throw error;
  }
  return 'accepted';
};

beforeAll(() => {
  clock = now;
});

describe('a signature in the Authorization header', () => {
  it.each(['dynamodb', 'execute-api', 'lambda', 's3'])('of the SDK is accepted by %s', async (service) => {
    expect(verify(await sign({ body: '{"a":1}' }, service), service).arn).toBe(operator.principal.arn);
  });

  it('is accepted whatever path, query, headers and body it is made over', async () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map(encode)
      .filter((text) => !/^\.+$/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('s3', 'execute-api'),
        fc.array(segment).map((segments) => `/${segments.join('/')}`),
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => !/^x-amz-/i.test(name) && name !== '__proto__'),
          fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1 })),
        ),
        fc.string().map((text) => text.replace(/[^\x21-\x7e ]/g, '')),
        fc.string(),
        async (service, path, query, header, body) => {
          const request = await sign({ path, query, headers: { 'x-amz-meta-a': header }, body }, service);
          expect(refusal(request, service)).toBe('accepted');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is refused when any of what it covers is changed', async () => {
    const good = await sign(
      { path: '/a/b', query: { q: '1' }, headers: { 'x-amz-target': 'T.Op', 'content-type': 'text/plain' }, body: 'x' },
      'execute-api',
    );
    expect(refusal(good, 'execute-api')).toBe('accepted');
    const changed: Partial<SignedRequest>[] = [
      { method: 'PUT' },
      { path: '/a/c' },
      { query: 'q=2' },
      { query: 'q=1&r=1' },
      { query: '' },
      { bodySha256: createHash('sha256').update('y').digest('hex') },
      { headers: { ...good.headers, 'x-amz-target': 'T.Other' } },
      { headers: { ...good.headers, 'content-type': 'text/html' } },
      { headers: { ...good.headers, host: 'elsewhere' } },
    ];
    for (const change of changed) {
      expect(refusal({ ...good, ...change }, 'execute-api')).toBe('403 InvalidSignatureException');
    }
  });

  it('made with a wrong secret is refused', async () => {
    const request = await sign({}, 'dynamodb', { ...operator, secretAccessKey: 'another' });
    expect(refusal(request, 'dynamodb')).toBe('400 InvalidSignatureException');
    expect(refusal(await sign({}, 's3', { ...operator, secretAccessKey: 'another' }), 's3')).toBe(
      '403 SignatureDoesNotMatch',
    );
  });

  it('by an unknown key is refused', async () => {
    const stranger = { ...operator, accessKeyId: 'AKIABBBBBBBBBBBBBBBB' };
    expect(refusal(await sign({}, 'lambda', stranger), 'lambda')).toBe('403 UnrecognizedClientException');
    expect(refusal(await sign({}, 's3', stranger), 's3')).toBe('403 InvalidAccessKeyId');
  });

  it('is good for fifteen minutes either way', async () => {
    const minutes = (count: number) => new Date(now + count * 60_000);
    expect(refusal(await sign({}, 's3', operator, minutes(-14)), 's3')).toBe('accepted');
    expect(refusal(await sign({}, 's3', operator, minutes(14)), 's3')).toBe('accepted');
    expect(refusal(await sign({}, 's3', operator, minutes(-16)), 's3')).toBe('403 RequestTimeTooSkewed');
    expect(refusal(await sign({}, 'dynamodb', operator, minutes(16)), 'dynamodb')).toBe(
      '400 InvalidSignatureException',
    );
  });

  it('for another service or region is refused', async () => {
    expect(refusal(await sign({}, 'lambda'), 'dynamodb')).toBe('400 InvalidSignatureException');
    const elsewhere = await signerOf('s3', operator, 'us-west-1').sign(
      { method: 'GET', path: '/', headers: { host: 'h' }, protocol: 'http:', hostname: 'h' },
      { signingDate: new Date(now) },
    );
    expect(refusal(onTheWire(elsewhere, ''), 's3')).toBe('400 AuthorizationHeaderMalformed');
  });

  it('does not cover for a header of Amazon that was added later', async () => {
    const request = await sign({}, 's3');
    const headers = { ...request.headers, 'x-amz-acl': 'public-read' };
    expect(refusal({ ...request, headers }, 's3')).toBe('403 AccessDenied');
  });

  it('with streamed and unsigned payloads is accepted by S3', async () => {
    for (const payload of ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']) {
      const request = await sign({ method: 'PUT', headers: { 'x-amz-content-sha256': payload } }, 's3');
      expect(request.bodySha256).toBe(payload);
      expect(refusal(request, 's3')).toBe('accepted');
    }
  });

  it('that is malformed is refused, whatever it is', () => {
    const part = fc.constantFrom(
      'AWS4-HMAC-SHA256',
      ' ',
      'Credential=',
      'AKIAAAAAAAAAAAAAAAAA/20260601/',
      ',',
      'Signature=',
      '=',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string())), fc.string(), (parts, query) => {
        const headers = { host: 'h', authorization: parts.join(''), 'x-amz-date': '20260601T120000Z' };
        const request = { method: 'GET', path: '/', query, headers, bodySha256: '' };
        expect(refusal(request, 'lambda')).toMatch(/^4\d\d /);
      }),
    );
  });

  it('that is missing is said to be missing', () => {
    const request = { method: 'GET', path: '/', query: '', headers: { host: 'h' }, bodySha256: '' };
    expect(refusal(request, 'execute-api')).toBe('403 MissingAuthenticationTokenException');
    expect(refusal(request, 's3')).toBe('403 AccessDenied');
  });
});

describe('temporary credentials', () => {
  it('are accepted with their session token only', async () => {
    const temporary = credentials.issue(session, 3600);
    expect(verify(await sign({}, 'dynamodb', temporary), 'dynamodb').arn).toBe(session.arn);
    const { sessionToken: _, ...without } = temporary;
    expect(refusal(await sign({}, 'dynamodb', without), 'dynamodb')).toBe('400 UnrecognizedClientException');
    const foreign = { ...temporary, sessionToken: credentials.issue(session).sessionToken };
    expect(refusal(await sign({}, 's3', foreign), 's3')).toBe('400 InvalidToken');
  });

  it('end with their time, and with their revocation', async () => {
    const short = credentials.issue(session, 60);
    const request = await sign({}, 'lambda', short);
    clock = now + 61_000;
    expect(refusal(request, 'lambda')).toBe('403 ExpiredTokenException');
    clock = now;
    expect(refusal(request, 'lambda')).toBe('accepted');
    credentials.revoke(short.accessKeyId);
    expect(refusal(request, 'lambda')).toBe('403 UnrecognizedClientException');
  });

  it('do not let the operator send a token', async () => {
    const request = await sign({}, 's3', { ...operator, sessionToken: 'x' });
    expect(refusal(request, 's3')).toBe('400 InvalidToken');
  });
});

describe('a presigned URL', () => {
  it.each(['s3', 'execute-api'])('of the SDK is accepted by %s until it expires', async (service) => {
    const request = await presign({ path: '/bucket/a%20b', query: { 'x-id': 'GetObject' } }, service, operator, 60);
    expect(refusal(request, service)).toBe('accepted');
    clock = now + 60_000;
    expect(refusal(request, service)).toBe('accepted');
    clock = now + 61_000;
    expect(refusal(request, service)).toBe(service === 's3' ? '403 AccessDenied' : '403 InvalidSignatureException');
    clock = now;
  });

  it('carries the session token of temporary credentials', async () => {
    const temporary = credentials.issue(session, 3600);
    expect(verify(await presign({}, 's3', temporary, 60), 's3').arn).toBe(session.arn);
  });

  it('is refused when its path, method or any parameter is changed', async () => {
    const good = await presign({ path: '/bucket/key' }, 's3', operator, 60);
    expect(refusal({ ...good, path: '/bucket/other' }, 's3')).toBe('403 SignatureDoesNotMatch');
    expect(refusal({ ...good, method: 'PUT' }, 's3')).toBe('403 SignatureDoesNotMatch');
    expect(refusal({ ...good, query: `${good.query}&versionId=1` }, 's3')).toBe('403 SignatureDoesNotMatch');
    expect(refusal({ ...good, query: good.query.replace('X-Amz-Expires=60', 'X-Amz-Expires=600') }, 's3')).toBe(
      '403 SignatureDoesNotMatch',
    );
    expect(refusal({ ...good, query: good.query.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000000') }, 's3')).toBe(
      '400 AuthorizationHeaderMalformed',
    );
  });

  it('next to an Authorization header is refused', async () => {
    const good = await presign({}, 's3', operator, 60);
    const { headers } = await sign({}, 's3');
    expect(refusal({ ...good, headers }, 's3')).toBe('400 AuthorizationHeaderMalformed');
  });
});

describe('the signing key', () => {
  const scope = { date: '20150830', region: 'us-east-1', service: 'iam' };

  it("is the one of AWS's example", () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    expect(signingKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', scope).toString('hex')).toBe(
      'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
    );
  });

  it('signs any string, such as the policy of a POST form', () => {
    const key = signingKey('secret', scope);
    expect(signatureOf('secret', scope, 'cG9saWN5')).toBe(createHmac('sha256', key).update('cG9saWN5').digest('hex'));
  });
});
