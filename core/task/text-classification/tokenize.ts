import type { TextPreprocessing } from '../../catalog/manifest.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The token ids of a text: lower-cased, the matches of the manifest's `pattern` looked up in the vocabulary, cut after `length` tokens.
 * Not padded. Stops reading once it has enough, so a long text costs no more than its beginning.
 */
export function tokenize(text: string, { pattern, length }: TextPreprocessing, vocabulary: Vocabulary): number[] {
  const tokens: number[] = [];
  for (const [token] of text.toLowerCase().matchAll(new RegExp(pattern, 'gu'))) {
    tokens.push(vocabulary.ids.get(token) ?? vocabulary.unknownId);
    if (tokens.length === length) break;
  }
  return tokens;
}
