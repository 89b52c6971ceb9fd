import { CliError } from './cli-error.ts';

/**
 * An id as a segment of a URL's path, percent-encoded.
 *
 * @param what the kind of thing it names, for the message
 * @throws CliError for the empty id and for `.` and `..`: nothing is called that, and URLs swallow such segments, so that the call would
 * reach another route
 */
export function pathSegment(what: string, id: string): string {
  if (/^\.{0,2}$/.test(id)) throw new CliError(`there is no ${what} ${JSON.stringify(id)}`);
  return encodeURIComponent(id);
}
