import { noLocalEffect } from './no-local-effect.ts';
import type { Message } from './read-message.ts';

/** The fields of a configuration that make no difference here, as `path: reason`, each once. */
export function ineffectiveFields(message: Message, path = ''): string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(message)) {
    const at = `${path}${name}`;
    const reason = noLocalEffect[at];
    if (reason !== undefined) found.add(`${at}: ${reason}`);
    for (const part of Array.isArray(value) ? value : [value]) {
      if (typeof part === 'object' && part !== null) {
        for (const inner of ineffectiveFields(part as Message, `${at}.`)) found.add(inner);
      }
    }
  }
  return [...found];
}
