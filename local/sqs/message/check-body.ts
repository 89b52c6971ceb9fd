import { refusals } from '../refusals.ts';
import { hasForbiddenCharacters } from './has-forbidden-characters.ts';

/** @throws SqsError MissingParameter, InvalidMessageContents */
export function checkBody(body: string): void {
  if (body === '') throw refusals.missing('MessageBody');
  if (hasForbiddenCharacters(body)) throw refusals.characters();
}
