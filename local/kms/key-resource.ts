import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { uuidOf } from '../cloudformation/uuid-of.ts';
import { policyDocument } from '../iam/policy-document.ts';
import type { PolicyDocument } from '../iam/principal.ts';
import type { Keys } from './keys.ts';

const properties = z.strictObject({
  KeyPolicy: policyDocument('resource').optional(),
  Enabled: z.boolean().optional(),
});

/** What AWS gives a key without a policy: the account decides. */
const defaultPolicy = (account: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
});

/** `AWS::KMS::Key`: `Ref` is its id. */
export const keyResource = (keys: Keys): ResourceType<typeof properties> => ({
  type: 'AWS::KMS::Key',
  properties,
  noLocalEffect: {
    Description: 'for people',
    EnableKeyRotation: 'nothing is encrypted here, so there is no key material to rotate',
    RotationPeriodInDays: 'nothing is encrypted here, so there is no key material to rotate',
    PendingWindowInDays: 'nothing is encrypted here, so nothing is lost with a key',
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: key, physicalId, account }) => {
    const id = uuidOf(physicalId);
    const arn = keys.put(id, { policy: key.KeyPolicy ?? defaultPolicy(account), enabled: key.Enabled ?? true });
    return { ref: id, attributes: { Arn: arn, KeyId: id } };
  },
});
