import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { reasons } from './common-reasons.ts';

const properties = z.strictObject({ Name: z.string().optional(), RestApiId: z.string() });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-model.html */
export const modelType = (): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::Model',
  properties,
  noLocalEffect: {
    ContentType: 'belongs to the schema',
    Description: reasons.description,
    Schema: 'only body validation reads it, and a validator that asks for it is refused',
  },
  create: async ({ physicalId, properties: { Name } }) => ({ ref: Name ?? physicalId, attributes: {} }),
});
