import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { identifier } from '../definition/identifier.ts';
import { reasons } from './common-reasons.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({
  CustomerId: z.string().optional(),
  Description: z.string().optional(),
  Enabled: z.boolean().default(false),
  Name: z.string().optional(),
  Value: z
    .string()
    .regex(/^[A-Za-z0-9]{20,128}$/, 'must be 20 to 128 letters and digits')
    .optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html */
export const apiKeyType = ({ keys, now }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::ApiKey',
  properties,
  noLocalEffect: {
    GenerateDistinctId: 'every key has an id of its own',
    StageKeys: 'AWS replaced them by usage plans and ignores them',
    Tags: reasons.tags,
  },
  async create({ physicalId, properties: { CustomerId, Description, Enabled, Name, Value } }) {
    const id = identifier(physicalId, 10);
    // A value that the template leaves to AWS stays the same from run to run.
    const before = keys.get(id);
    const updatedMs = now();
    keys.put({
      id,
      value: Value ?? before?.value ?? randomBytes(20).toString('hex'),
      name: Name ?? physicalId,
      description: Description,
      customerId: CustomerId,
      enabled: Enabled,
      createdMs: before?.createdMs ?? updatedMs,
      updatedMs,
      tags: {},
    });
    return { ref: id, attributes: { APIKeyId: id } };
  },
});
