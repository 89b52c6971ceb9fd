import type { IncomingMessage } from 'node:http';
import type { Variant } from '../hosting/variant.ts';
import { headerNames } from './header-names.ts';

const passedOn = [headerNames.customAttributes, headerNames.newSessionId, headerNames.closedSessionId];

/** What a client gets of the headers of a container's answer, its content type apart. */
export function answerHeaders({ headers }: IncomingMessage, { definition }: Variant): Record<string, string> {
  const answer: Record<string, string> = { [headerNames.invokedVariant]: definition.name };
  for (const name of passedOn) {
    const value = headers[name];
    if (typeof value === 'string') answer[name] = value;
  }
  return answer;
}
