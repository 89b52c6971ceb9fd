/** An archive that is damaged, or that holds something a model's archive must not hold. The text says what. */
export class ArchiveError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ArchiveError';
  }
}
