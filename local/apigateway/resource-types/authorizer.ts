import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { parseIdentitySources } from '../authorization/identity-source.ts';
import { functionArn } from '../definition/function-arn.ts';
import { identifier } from '../definition/identifier.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({
  AuthorizerResultTtlInSeconds: z.int().min(0).max(3_600).default(300),
  AuthorizerUri: z.string(),
  IdentitySource: z.string().default(''),
  RestApiId: z.string(),
  Type: z.literal('REQUEST', 'only REQUEST authorizers are emulated'),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html */
export const authorizerType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::Authorizer',
  properties,
  noLocalEffect: {
    AuthType: 'a note for OpenAPI exports',
    Name: 'the authorizer is found by its id',
  },
  async create({ physicalId, properties: { AuthorizerResultTtlInSeconds, AuthorizerUri, IdentitySource, RestApiId } }) {
    const id = identifier(physicalId, 6);
    const identitySources = parseIdentitySources(IdentitySource);
    if (AuthorizerResultTtlInSeconds > 0 && identitySources.length === 0) {
      throw new Error('an authorizer whose answers are cached needs an IdentitySource');
    }
    registry.api(RestApiId).authorizers.set(id, {
      id,
      functionArn: functionArn(AuthorizerUri),
      identitySources,
      ttlMs: AuthorizerResultTtlInSeconds * 1000,
    });
    return { ref: id, attributes: { AuthorizerId: id } };
  },
});
