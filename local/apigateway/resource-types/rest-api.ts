import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { identifier } from '../definition/identifier.ts';
import { reasons } from './common-reasons.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({
  ApiKeySourceType: z.enum(['HEADER', 'AUTHORIZER']).default('HEADER'),
  BinaryMediaTypes: z.array(z.string()).default([]),
  DisableExecuteApiEndpoint: z.boolean().default(false),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html */
export const restApiType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::RestApi',
  properties,
  noLocalEffect: {
    Description: reasons.description,
    EndpointAccessMode: 'chooses among the ways of TLS, and the local endpoint has none',
    EndpointConfiguration: 'edge-optimized, regional and private differ in their network only, and here there is none',
    MinimumCompressionSize: 'bodies that stay on one machine are not compressed; clients never depend on it',
    Name: 'the API is found by its id',
    SecurityPolicy: 'TLS versions, and the local endpoint has no TLS',
    Tags: reasons.tags,
  },
  async create({ physicalId, properties: { ApiKeySourceType, BinaryMediaTypes, DisableExecuteApiEndpoint } }) {
    const id = identifier(physicalId, 10);
    const rootResourceId = identifier(`${physicalId} root`, 10);
    registry.apis.set(id, {
      id,
      rootResourceId,
      keySource: ApiKeySourceType,
      binaryMediaTypes: BinaryMediaTypes,
      executeApiEndpoint: !DisableExecuteApiEndpoint,
      paths: new Map([[rootResourceId, '/']]),
      methods: new Map(),
      authorizers: new Map(),
      validators: new Map(),
      gatewayResponses: new Map(),
    });
    return { ref: id, attributes: { RestApiId: id, RootResourceId: rootResourceId } };
  },
});
