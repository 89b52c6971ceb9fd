import { createHash } from 'node:crypto';

/** A text in the form of a UUID that stands for a name: the same at each start, as `physicalId` is. */
export const uuidOf = (name: string): string =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
