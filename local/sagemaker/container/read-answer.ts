import type { IncomingMessage } from 'node:http';

/** An answer may be as large as a request. */
const answerBytesMax = 25 * 1024 * 1024;

/** A container's answer is larger than it may be. */
export class AnswerTooLarge extends Error {}

/**
 * The body of a container's answer, whole.
 * @throws AnswerTooLarge; Error when the connection breaks before its end
 */
export async function readAnswer(answer: IncomingMessage, bytesMax: number = answerBytesMax): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Leaving the loop closes the connection, so a container that never ends its answer costs no memory.
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) throw new AnswerTooLarge(`the answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, sizeBytes);
}
