import { type BucketReport, UsageBuckets } from './usage-buckets.ts';
import type { BucketQuery } from './usage-query.ts';
import type { UsageRange } from './usage-range.ts';
import type { UsageReport } from './usage-report.ts';
import type { UsageOwner, UsageSource } from './usage-source.ts';
import { UsageSums } from './usage-sums.ts';

/** Answers what a tenant used. */
export class UsageReader {
  readonly #source: Pick<UsageSource, 'read'>;

  constructor(source: Pick<UsageSource, 'read'>) {
    this.#source = source;
  }

  /**
   * Sums of a whole interval, or of its buckets, as the query wants.
   *
   * @param remainingMs milliseconds left until the platform kills the call
   * @throws TooLargeError when the interval takes longer to add up than there is time left
   */
  async usage(
    owner: UsageOwner,
    query: UsageRange | BucketQuery,
    remainingMs: () => number,
  ): Promise<UsageReport | BucketReport> {
    if ('bucket' in query) {
      const sums = new UsageBuckets(query);
      await this.#source.read(owner, query, query.bucket === '1m', remainingMs, (at, used) => sums.add(at, used));
      return sums.report(owner.tenant);
    }
    const sums = new UsageSums();
    await this.#source.read(owner, query, false, remainingMs, (at, used) => sums.add(at, used));
    return sums.report(owner.tenant, query.from, query.to);
  }
}
