/** No instance took a request in the time that it may wait. */
export class ExpiredError extends Error {
  constructor() {
    super('The request expired before it could be processed.');
  }
}
