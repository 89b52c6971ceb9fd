import type { S3Objects } from '../../s3/objects-of.ts';
import { readAnswer } from '../container/read-answer.ts';
import type { ModelServer } from '../hosting/model-server.ts';
import type { AsyncRequest } from './async-request.ts';

/** Of a request, and of an answer. */
const payloadBytesMax = 1024 ** 3;

/**
 * The container's answer to a queued request, whose input goes from S3 to the container as it is read.
 * @throws AwsError of S3 or of the container
 */
export async function answerAsync(
  server: ModelServer,
  objects: S3Objects,
  { input, headers, targetModel, timeoutMs }: AsyncRequest,
): Promise<{ body: Buffer; contentType: string }> {
  const object = input instanceof Uint8Array ? undefined : await objects.get(input);
  try {
    const body = input instanceof Uint8Array ? [input] : (object?.content ?? []);
    const lengthBytes = input instanceof Uint8Array ? input.length : (object?.sizeBytes ?? 0);
    if (lengthBytes > payloadBytesMax) throw new Error(`the input is larger than ${payloadBytesMax} bytes`);
    const type = headers['content-type'] ?? object?.contentType ?? 'application/octet-stream';
    const request = { body, lengthBytes, headers: { ...headers, 'content-type': type }, targetModel };
    const answer = await server.invoke(request, timeoutMs);
    try {
      return {
        body: await readAnswer(answer, payloadBytesMax),
        contentType: answer.headers['content-type'] ?? 'application/octet-stream',
      };
    } catch (error) {
      throw server.broken(error);
    }
  } finally {
    await object?.release();
  }
}
