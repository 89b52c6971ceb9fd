import { createHash } from 'node:crypto';
import type { ArtifactFile } from '../model-version.ts';
import { ValidationProblem } from './validation-problem.ts';

/** More than any version may have in all. */
const bytesMax = 200_000_000;
const msMax = 15_000;

/**
 * Fetches a file of a version and proves it to be the registered one. Takes no byte more than registered, follows no redirect.
 *
 * @throws {ValidationProblem} whose text goes behind the file's name, and never tells the URL, which is a key to the bucket
 */
export async function download(
  fetch: typeof globalThis.fetch,
  { url, sha256, sizeBytes }: ArtifactFile & { readonly url: string },
): Promise<Uint8Array> {
  if (sizeBytes > bytesMax) throw new ValidationProblem(`has ${sizeBytes} bytes; at most ${bytesMax} are served`);
  const bytes = new Uint8Array(sizeBytes);
  let received = 0;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(msMax) });
    if (!response.ok) throw new ValidationProblem(`is not in the bucket (status ${response.status}); upload it again`);
    for await (const chunk of response.body ?? []) {
      if (received + chunk.length > sizeBytes) throw wrongSize(sizeBytes, 'more');
      bytes.set(chunk, received);
      received += chunk.length;
    }
  } catch (error) {
    if (error instanceof ValidationProblem) throw error;
    throw new ValidationProblem(`could not be fetched within ${msMax / 1000} s; try again`);
  }
  if (received !== sizeBytes) throw wrongSize(sizeBytes, String(received));
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new ValidationProblem(`is not the file that was registered: its sha256 is not ${sha256}; upload it again`);
  }
  return bytes;
}

const wrongSize = (registered: number, found: string): ValidationProblem =>
  new ValidationProblem(`has ${found} bytes where ${registered} were registered; upload it again`);
