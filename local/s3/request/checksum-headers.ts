import type { Checksum } from '../checksum/checksum.ts';
import { checksumHeader } from '../checksum/checksum-algorithm.ts';

/** How answers carry a checksum. */
export const checksumHeaders = ({ algorithm, type, value }: Checksum): Record<string, string> => ({
  [checksumHeader(algorithm)]: value,
  'x-amz-checksum-type': type,
});
