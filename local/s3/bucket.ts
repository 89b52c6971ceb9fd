import type { PolicyDocument } from '../iam/principal.ts';
import type { Encryption } from './store/encryption.ts';

/** A bucket that the template declares. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  /** For objects whose writer asks for no other. */
  readonly encryption: Encryption;
  readonly policy?: PolicyDocument;
}
