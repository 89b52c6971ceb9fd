/** Something was used by a price book that is not among those that this process knows: it was published after they were read. */
export class UnknownPriceBookError extends Error {
  readonly version: string;

  constructor(version: string) {
    super(`no price book ${version} is known here`);
    this.name = 'UnknownPriceBookError';
    this.version = version;
  }
}
