import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { compileGatewayResponse } from '../response/gateway-response.ts';
import { type GatewayResponseType, gatewayResponseTypes } from '../response/gateway-response-types.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({
  ResponseParameters: z.record(z.string(), z.string()).optional(),
  ResponseTemplates: z.record(z.string(), z.string()).optional(),
  ResponseType: z.enum(Object.keys(gatewayResponseTypes) as GatewayResponseType[]),
  RestApiId: z.string(),
  StatusCode: z
    .string()
    .regex(/^[2-5]\d\d$/)
    .optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html */
export const gatewayResponseType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::GatewayResponse',
  properties,
  noLocalEffect: {},
  async create({ physicalId, properties: { RestApiId, ResponseType, ...declared } }) {
    registry.api(RestApiId).gatewayResponses.set(ResponseType, compileGatewayResponse(declared));
    return { ref: physicalId, attributes: { Id: physicalId } };
  },
});
