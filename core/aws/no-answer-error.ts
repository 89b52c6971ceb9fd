/** A service gave no complete answer: the connection failed or broke, or it took too long. What it did with the request is unknown. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}
