import { createHash } from 'node:crypto';

const lengthMax = 63;

/**
 * The name of a resource whose template gives none. The same for the same stack and logical id, so that the data of earlier runs
 * is found again; lower case and at most 63 characters, so that it can be a bucket's name too.
 */
export function physicalId(stack: string, logicalId: string): string {
  const hash = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 10);
  const readable = `${stack}-${logicalId}`
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, lengthMax - hash.length - 1);
  return `${readable}-${hash}`;
}
