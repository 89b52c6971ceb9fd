import { createHash } from 'node:crypto';

/**
 * The id that IAM gives besides an ARN, the same at each start.
 *
 * @param prefix `AROA` for roles, `AIDA` for users: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const uniqueId = (prefix: 'AROA' | 'AIDA', arn: string): string =>
  prefix + createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase();
