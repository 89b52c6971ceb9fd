/** A value that is known only once another resource stands. Any intrinsic over it gives one again. */
export class Unresolved {
  /** What it will come from, e.g. `Bucket.Arn`. */
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}
