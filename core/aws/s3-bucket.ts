import type { AwsAccess } from './aws-access.ts';
import { bucketUrl } from './bucket-url.ts';
import { SignedHttp } from './signed-http.ts';
import { xmlRefusal } from './xml-refusal.ts';

/** A call has 26 s in all, and the largest artifact comes in a few. */
const msMax = 20_000;
/** S3 takes 0.1 to 0.2 s to the first byte, seldom more than 1. */
const idleMsMax = 3000;

/**
 * Reads objects of one bucket. `@aws-sdk/client-s3` would do the same and more: for this one call it adds 170 kB to a bundle, and to a
 * cold start some 20 ms to load it and 10 to prepare its first request.
 */
export class S3Bucket {
  readonly #http: SignedHttp;

  constructor({ name, endpoint, ...access }: AwsAccess & { readonly name: string }) {
    this.#http = new SignedHttp({
      ...access,
      label: 'S3',
      signingName: 's3',
      url: bucketUrl(name, access.region, endpoint),
      readRefusal: xmlRefusal,
    });
  }

  /**
   * The bytes of an object. What may pass is tried twice more.
   *
   * @param key of letters, digits and `/`, so that it needs no escaping
   * @param sizeBytes what the object must have; of a larger one nothing is taken in
   * @throws {RangeError} the object has another size; and the other errors of `SignedHttp.send`
   */
  async get(key: string, sizeBytes: number): Promise<Uint8Array> {
    const { body } = await this.#http.send({
      method: 'GET',
      path: key,
      attempts: 3,
      idleMsMax,
      msMax,
      answerBytesMax: sizeBytes,
    });
    if (body.length !== sizeBytes)
      throw new RangeError(`S3 answered GET ${key} with ${body.length} bytes, not ${sizeBytes}`);
    return body;
  }
}
