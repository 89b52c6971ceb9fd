import * as z from 'zod/mini';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

function isApiBase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const safe = protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
  return safe && username === '' && password === '' && search === '' && hash === '';
}

/** Where a destination's API is: an https URL, or http on this machine, without credentials, query or fragment. */
export const apiBaseSchema = z
  .string()
  .check(
    z.maxLength(500),
    z.refine(isApiBase, 'an https URL (or http on the loopback interface) without credentials, query and fragment'),
  );
