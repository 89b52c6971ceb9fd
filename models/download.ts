import { open, rm, stat } from 'node:fs/promises';

interface Options {
  /** What the whole file has. */
  readonly sizeBytes: number;
  /** Takes the bytes that are there, after each piece. */
  readonly onProgress: (bytes: number) => void;
}

/**
 * Fetches a file, or what is missing of it: what an earlier call began, it goes on with, where the server can (RFC 9110, section 14).
 *
 * @param path where it is written to, piece by piece; whether it is the right file is for the caller to check
 * @throws Error when the server has no such file or one of another size, or the connection ends early; what came stays
 */
export async function download(url: string, path: string, { sizeBytes, onProgress }: Options): Promise<void> {
  const there = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (there === sizeBytes) return;
  if (there > sizeBytes) await rm(path);
  const from = there > sizeBytes ? 0 : there;

  const response = await fetch(url, { headers: from > 0 ? { range: `bytes=${from}-` } : {} }).catch(
    (error: unknown) => {
      throw new Error(`cannot reach ${url}: ${causeOf(error)}`, { cause: error });
    },
  );
  if (response.body === null || (response.status !== 200 && response.status !== 206)) {
    throw new Error(`${url} answers ${response.status} ${response.statusText}`);
  }
  // A server that takes no ranges sends all of it again.
  const goesOn = response.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true;
  if (response.status === 206 && !goesOn) throw new Error(`${url} answers with another part than was asked for`);
  let bytes = response.status === 206 ? from : 0;
  const file = await open(path, bytes > 0 ? 'a' : 'w');
  try {
    for await (const piece of response.body) {
      bytes += piece.length;
      if (bytes > sizeBytes) break;
      await file.writeFile(piece);
      onProgress(bytes);
    }
  } catch (error) {
    throw new Error(`the download broke off after ${bytes} of ${sizeBytes} bytes: ${causeOf(error)}`, { cause: error });
  } finally {
    await file.close();
  }
  if (bytes < sizeBytes) throw new Error(`the download ended after ${bytes} of ${sizeBytes} bytes`);
  if (bytes > sizeBytes) {
    await rm(path, { force: true });
    throw new Error(`${url} has more than the ${sizeBytes} bytes that it should have`);
  }
}

/** fetch says "fetch failed", and the reason one level below. */
const causeOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
};
