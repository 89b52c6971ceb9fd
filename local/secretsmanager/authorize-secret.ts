import { AwsError } from '../endpoint/aws-call.ts';
import { authorize } from '../iam/authorize.ts';
import type { Principal } from '../iam/principal.ts';
import type { Keys } from '../kms/keys.ts';
import type { Declared } from './secrets.ts';

const denied = { code: 'AccessDeniedException', status: 400 };

/** What each operation asks of the key that a secret lies under. */
const keyActions: Readonly<Record<string, readonly string[]>> = {
  GetSecretValue: ['kms:Decrypt'],
  PutSecretValue: ['kms:GenerateDataKey', 'kms:Decrypt'],
};

/**
 * Lets pass whom the caller's policies, and for values the key's, allow.
 *
 * @throws AwsError AccessDeniedException
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function authorizeSecret(
  principal: Principal,
  operation: string,
  { arn, keyArn }: Declared,
  keys: Keys,
  region: string,
): void {
  authorize({ principal, action: `secretsmanager:${operation}`, resource: arn }, denied);
  if (keyArn === undefined) return;
  for (const action of keyActions[operation] ?? []) {
    try {
      keys.authorizeUse(principal, keyArn, action, {
        'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
        'kms:EncryptionContext:SecretARN': arn,
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError(denied.code, denied.status, `Access to KMS is not allowed: ${error.message}`);
    }
  }
}
