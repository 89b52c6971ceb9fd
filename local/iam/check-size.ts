import { AwsError } from '../endpoint/aws-call.ts';
import type { PolicyDocument } from './principal.ts';

const limitExceeded = (message: string): AwsError => new AwsError('LimitExceeded', 409, message);

const sizeOf = (document: PolicyDocument): number => JSON.stringify(document).length;

/**
 * IAM's quotas of what roles may hold, in its words; those that can be raised as they are until somebody asks. Whitespace does not count.
 * Each throws AwsError `LimitExceeded` (409).
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
export const checkSize = {
  trustPolicy: (document: PolicyDocument): void => {
    if (sizeOf(document) > 2048) throw limitExceeded('Cannot exceed quota for ACLSizePerRole: 2048');
  },
  managedPolicy: (document: PolicyDocument): void => {
    if (sizeOf(document) > 6144) throw limitExceeded('Cannot exceed quota for PolicySize: 6144');
  },
  /** @param policies those of a role by name or, of managed ones, ARN: the inline ones share their quota */
  rolePolicies: (role: string, policies: ReadonlyMap<string, PolicyDocument>): void => {
    const inline = [...policies].filter(([name]) => !name.startsWith('arn:'));
    if (inline.reduce((sum, [, document]) => sum + sizeOf(document), 0) > 10_240) {
      throw limitExceeded(`Maximum policy size of 10240 bytes exceeded for role ${role}`);
    }
    if (policies.size - inline.length > 10) throw limitExceeded('Cannot exceed quota for PoliciesPerRole: 10');
  },
};
