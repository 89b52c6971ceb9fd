import { getCanonicalHeaders, SignatureV4Base } from '@smithy/signature-v4';
import type { SignedRequest } from './signed-request.ts';

/** The base class wants a hash for what it does beyond the canonical form, and none of that is used here. */
class NoHash {
  update(): void {
    throw new Error('canonicalization hashes nothing');
  }
  digest(): Promise<Uint8Array> {
    return Promise.reject(new Error('canonicalization hashes nothing'));
  }
  reset(): void {}
}

/**
 * The AWS SDK's own canonicalization, opened up. Its signers add headers and drop others by themselves, whereas a verifier has to take
 * exactly those that the client says it signed.
 */
class Canonicalizer extends SignatureV4Base {
  constructor(uriEscapePath: boolean) {
    const nobody = { accessKeyId: '', secretAccessKey: '' };
    super({ service: '', region: '', credentials: nobody, sha256: NoHash, uriEscapePath });
  }

  canonicalForm(request: Omit<SignedRequest, 'query'>, query: Record<string, string[]>): string {
    const { method, path, headers, bodySha256 } = request;
    const message = { method, path, query, headers: { ...headers }, protocol: 'http:', hostname: '' };
    // Naming them signable overrides the list of headers (user-agent, …) that SDKs leave out.
    const signable = new Set(Object.keys(headers));
    return this.createCanonicalRequest(message, getCanonicalHeaders(message, undefined, signable), bodySha256);
  }
}

const onceEncoded = new Canonicalizer(false);
const twiceEncoded = new Canonicalizer(true);

/**
 * The canonical request:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 *
 * @param request with the signed headers only
 * @param query decoded, without the signature
 * @param service S3 signs the path as it is sent, every other service encodes and normalizes it once more
 */
export const canonicalRequest = (
  request: Omit<SignedRequest, 'query'>,
  query: Record<string, string[]>,
  service: string,
): string => (service === 's3' ? onceEncoded : twiceEncoded).canonicalForm(request, query);
