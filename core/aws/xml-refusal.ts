import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './aws-error.ts';

/** Reads the errors of S3 and of the query protocol: an `<Error>` in a document, or what there is of it. */
export function xmlRefusal(_: IncomingHttpHeaders, body: string): Refusal {
  const part = (tag: string): string => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1] ?? '';
  return { code: part('Code'), message: part('Message') };
}
