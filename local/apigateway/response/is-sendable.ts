import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Whether a header can be sent at all: no line breaks, no characters beyond Latin-1, a name that is a token. */
export function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
