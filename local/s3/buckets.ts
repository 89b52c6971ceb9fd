import type { PolicyDocument } from '../iam/principal.ts';
import type { Bucket } from './bucket.ts';
import { s3Error } from './s3-error.ts';

/**
 * The buckets of this run. They come from the template at each start; one that it declares no more is gone, though its objects stay on
 * disk for the day that it is back.
 */
export class Buckets {
  readonly #byName = new Map<string, Bucket>();

  put(bucket: Bucket): void {
    this.#byName.set(bucket.name, bucket);
  }

  /** @throws AwsError `NoSuchBucket` */
  putPolicy(name: string, policy: PolicyDocument): void {
    this.put({ ...this.find(name), policy });
  }

  /** @throws AwsError `NoSuchBucket`, also for a bucket of another account: none exists here */
  find(name: string): Bucket {
    const bucket = this.#byName.get(name);
    if (bucket === undefined) throw s3Error.noSuchBucket();
    return bucket;
  }

  /** In the order of their names. */
  list(): Bucket[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
