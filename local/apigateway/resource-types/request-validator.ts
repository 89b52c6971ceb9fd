import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { identifier } from '../definition/identifier.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({
  RestApiId: z.string(),
  ValidateRequestBody: z.literal(false, 'bodies are not validated against models locally').optional(),
  ValidateRequestParameters: z.boolean().default(false),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-requestvalidator.html */
export const requestValidatorType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::RequestValidator',
  properties,
  noLocalEffect: { Name: 'the validator is found by its id' },
  async create({ physicalId, properties: { RestApiId, ValidateRequestParameters } }) {
    const id = identifier(physicalId, 6);
    registry.api(RestApiId).validators.set(id, ValidateRequestParameters);
    return { ref: id, attributes: { RequestValidatorId: id } };
  },
});
