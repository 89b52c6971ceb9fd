import type { IncomingHttpHeaders } from 'node:http';
import { parseCredential } from '../sigv4/credential-scope.ts';

/**
 * The service that a request is signed for, by the credential scope in its Authorization header or its query. Nothing is verified yet.
 *
 * @returns undefined when the request is not signed, or not legibly
 */
export const signingName = (headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined => {
  const inHeader = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  return parseCredential(inHeader ?? query.get('X-Amz-Credential') ?? '')?.scope.service;
};
