import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({ KeyId: z.string(), KeyType: z.literal('API_KEY'), UsagePlanId: z.string() });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplankey.html */
export const usagePlanKeyType = ({ keys, plans }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::UsagePlanKey',
  properties,
  noLocalEffect: {},
  async create({ properties: { KeyId, UsagePlanId } }) {
    if (keys.get(KeyId) === undefined) throw new Error(`there is no API key ${KeyId}`);
    if (plans.get(UsagePlanId) === undefined) throw new Error(`there is no usage plan ${UsagePlanId}`);
    keys.addToPlan(UsagePlanId, KeyId);
    const id = `${KeyId}:${UsagePlanId}`;
    return { ref: id, attributes: { Id: id } };
  },
});
