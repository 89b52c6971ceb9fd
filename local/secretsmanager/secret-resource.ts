import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { Keys } from '../kms/keys.ts';
import { arnSuffix, type Secrets } from './secrets.ts';

const properties = z.strictObject({
  Name: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/)
    .optional(),
  KmsKeyId: z.string().optional(),
  SecretString: z.string().min(1).max(65_536).optional(),
});

/**
 * `AWS::SecretsManager::Secret`: `Ref` is its ARN.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
 */
export const secretResource = (secrets: Secrets, keys: Keys): ResourceType<typeof properties> => ({
  type: 'AWS::SecretsManager::Secret',
  properties,
  noLocalEffect: {
    Description: 'for people',
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: { Name, KmsKeyId, SecretString }, physicalId, region, account }) => {
    const name = Name ?? physicalId;
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${arnSuffix(name)}`;
    const declared = { arn, name, keyArn: KmsKeyId === undefined ? undefined : keys.arnOf(KmsKeyId) };
    secrets.declare(declared);
    if (SecretString !== undefined) {
      const secret = secrets.get(declared);
      const declaredSha256 = createHash('sha256').update(SecretString).digest('hex');
      if (secret.declaredSha256 !== declaredSha256) {
        const version = { id: randomUUID(), value: SecretString, createdAtMs: Date.now() };
        secrets.put({ name, versions: [version, ...secret.versions.slice(0, 1)], declaredSha256 });
      }
    }
    return { ref: arn, attributes: { Id: arn } };
  },
});
