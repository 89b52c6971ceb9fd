import { describe, expect, it } from 'vitest';
import { tenantMethodAuthorization } from '../../../infra/rules/tenant-method-authorization.ts';
import { apiFixture } from './api-fixture.ts';

const good = {
  RestApiId: { Ref: 'Tenant' },
  ApiKeyRequired: true,
  AuthorizationType: 'CUSTOM',
  AuthorizerId: { Ref: 'Authorizer' },
};
const check = (change: object) =>
  tenantMethodAuthorization
    .check(apiFixture({ Method: { Type: 'AWS::ApiGateway::Method', Properties: { ...good, ...change } } }))
    .map(({ location }) => location);

describe('tenant-method-authorization', () => {
  it('accepts a method with key and authorizer', () => {
    expect(check({})).toEqual([]);
  });

  it('leaves methods of other APIs to other rules', () => {
    expect(check({ RestApiId: { Ref: 'Control' }, ApiKeyRequired: false })).toEqual([]);
  });

  it('lets a method stand open that the route table has so, and no other of its resource', () => {
    const resource = (ParentId: object, PathPart: string) => ({
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Tenant' }, ParentId, PathPart },
    });
    const found = (HttpMethod: string) =>
      tenantMethodAuthorization.check(
        apiFixture({
          Keys: resource({ 'Fn::GetAtt': ['Tenant', 'RootResourceId'] }, 'keys'),
          Revoke: resource({ Ref: 'Keys' }, 'revoke'),
          Method: {
            Type: 'AWS::ApiGateway::Method',
            Properties: {
              RestApiId: { Ref: 'Tenant' },
              ResourceId: { Ref: 'Revoke' },
              HttpMethod,
              AuthorizationType: 'NONE',
            },
          },
        }),
      );
    expect(found('POST')).toEqual([]);
    expect(found('GET')).toHaveLength(3);
  });

  it.each([
    { case: 'no key', change: { ApiKeyRequired: false }, found: ['Properties/ApiKeyRequired'] },
    { case: 'an unsaid key', change: { ApiKeyRequired: undefined }, found: ['Properties/ApiKeyRequired'] },
    {
      case: 'no authorization',
      change: { AuthorizationType: 'NONE', AuthorizerId: undefined },
      found: ['Properties/AuthorizationType', 'Properties/AuthorizerId'],
    },
    {
      case: "another API's authorizer",
      change: { AuthorizerId: { Ref: 'ForeignAuthorizer' } },
      found: ['Properties/AuthorizerId'],
    },
    {
      case: 'an authorizer from nowhere',
      change: { AuthorizerId: { Ref: 'Missing' } },
      found: ['Properties/AuthorizerId'],
    },
  ])('finds $case', ({ change, found }) => {
    expect(check(change)).toEqual(found);
  });
});
