/** A policy document that cannot be honoured. Thrown when it is loaded, so that nothing is ever allowed by misunderstanding. */
export class PolicyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PolicyError';
  }
}
