import { randomBytes } from 'node:crypto';
import type { IncomingContent } from '../body/incoming-content.ts';
import type { ObjectAttributes } from './object-attributes.ts';

/**
 * The ETag of an object in one piece, or of a part: the MD5 of the content, but not under a KMS key, so that nothing that takes it for
 * one works here and fails in AWS. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (`ETag`)
 */
export const contentEtag = (content: IncomingContent, { encryption }: ObjectAttributes): string =>
  (encryption.algorithm === 'aws:kms' ? randomBytes(16) : content.digest('MD5')).toString('hex');
