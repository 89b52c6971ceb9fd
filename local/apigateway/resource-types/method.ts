import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { functionArn } from '../definition/function-arn.ts';
import { parseRequestParameter } from '../definition/request-parameter.ts';
import { mappedValue } from '../variables/mapped-value.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const tenantIdHeader = 'integration.request.header.X-Amz-Tenant-Id';

const integration = z.strictObject({
  Type: z.literal('AWS_PROXY'),
  IntegrationHttpMethod: z.literal('POST', 'Lambda is invoked by POST'),
  Uri: z.string(),
  // More than 29 seconds is for accounts that had the quota raised: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
  TimeoutInMillis: z.int().min(50).max(29_000).default(29_000),
  // The function's event is the client's own request; of the headers beside it only this one is known here.
  RequestParameters: z.strictObject({ [tenantIdHeader]: z.string().optional() }).default({}),
});

const properties = z.strictObject({
  ApiKeyRequired: z.boolean().default(false),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM', 'CUSTOM']).default('NONE'),
  AuthorizerId: z.string().optional(),
  HttpMethod: z.enum(['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']),
  Integration: integration,
  OperationName: z.string().optional(),
  RequestParameters: z.record(z.string(), z.boolean()).default({}),
  RequestValidatorId: z.string().optional(),
  ResourceId: z.string(),
  RestApiId: z.string(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html */
export const methodType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::Method',
  properties,
  noLocalEffect: {
    'Integration.CacheKeyParameters': 'the stage cache is not emulated, and a stage that turns it on is refused',
    'Integration.CacheNamespace': 'the stage cache is not emulated, and a stage that turns it on is refused',
    'Integration.PassthroughBehavior': 'proxy integrations take every body as it is',
    MethodResponses: 'proxy integrations answer what the function says',
    RequestModels: 'only body validation reads them, and a validator that asks for it is refused',
  },
  async create({ physicalId, properties: declared }) {
    const { RestApiId, ResourceId, HttpMethod, AuthorizationType, AuthorizerId, Integration } = declared;
    const tenantId = Integration.RequestParameters[tenantIdHeader];
    if (AuthorizationType === 'CUSTOM' && AuthorizerId === undefined)
      throw new Error('CUSTOM authorization needs an AuthorizerId');
    registry.api(RestApiId).methods.set(`${HttpMethod} ${ResourceId}`, {
      resourceId: ResourceId,
      httpMethod: HttpMethod,
      operationName: declared.OperationName,
      authorization: AuthorizationType,
      authorizerId: AuthorizerId,
      apiKeyRequired: declared.ApiKeyRequired,
      validatorId: declared.RequestValidatorId,
      requiredParameters: Object.entries(declared.RequestParameters).flatMap(([expression, required]) => {
        const parameter = parseRequestParameter(expression);
        if (parameter === undefined) throw new Error(`${expression} is not a method.request parameter`);
        return required ? [parameter] : [];
      }),
      functionArn: functionArn(Integration.Uri),
      tenantId: tenantId === undefined ? undefined : mappedValue(tenantId),
      timeoutMs: Integration.TimeoutInMillis,
    });
    return { ref: physicalId, attributes: {} };
  },
});
