/** S3's refusal of a request. The message is for the log: it names keys, roles and policies. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  /** HTTP status. */
  readonly status: number;

  /** @param body S3's `<Error>` document, or what there is of it */
  constructor(status: number, body: string) {
    const part = (tag: string): string => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1] ?? '';
    super(`S3 answered ${status} ${part('Code')}: ${part('Message')}`);
    this.status = status;
  }
}
