import { isUtf8 } from 'node:buffer';
import type { TextPreprocessing } from '../../catalog/manifest.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Reads a vocabulary file: UTF-8, one token a line, the line number from 0 being the id. A newline at the very end adds no token.
 *
 * @throws {Error} with a text for whoever registers the model: not UTF-8, a repeated token, or no padding or unknown token
 */
export function readVocabulary(bytes: Uint8Array, { paddingToken, unknownToken }: TextPreprocessing): Vocabulary {
  if (!isUtf8(bytes)) throw new Error('is not UTF-8 text');
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const ids = new Map<string, number>();
  for (const [id, line] of lines.entries()) {
    const token = line.endsWith('\r') ? line.slice(0, -1) : line;
    const earlier = ids.get(token);
    if (earlier !== undefined) {
      throw new Error(`has the token ${quoted(token)} on line ${earlier + 1} and again on line ${id + 1}`);
    }
    ids.set(token, id);
  }
  const idOf = (token: string, what: string): number => {
    const id = ids.get(token);
    if (id === undefined) throw new Error(`lacks the ${what} token ${quoted(token)}`);
    return id;
  };
  return { ids, paddingId: idOf(paddingToken, 'padding'), unknownId: idOf(unknownToken, 'unknown') };
}
