import { describe, expect, it } from 'vitest';
import { controlMethodAuthorization } from '../../../infra/rules/control-method-authorization.ts';
import { apiFixture } from './api-fixture.ts';

const check = (Properties: Readonly<Record<string, unknown>>) =>
  controlMethodAuthorization.check(apiFixture({ Method: { Type: 'AWS::ApiGateway::Method', Properties } }));
const finding = [{ logicalId: 'Method', location: 'Properties/AuthorizationType' }];

describe('control-method-authorization', () => {
  it('accepts IAM', () => {
    expect(check({ RestApiId: { Ref: 'Control' }, AuthorizationType: 'AWS_IAM' })).toEqual([]);
  });

  it("leaves a metered API's methods to other rules", () => {
    expect(check({ RestApiId: { Ref: 'Tenant' }, AuthorizationType: 'CUSTOM' })).toEqual([]);
  });

  it.each(['NONE', 'CUSTOM', 'COGNITO_USER_POOLS', undefined])('finds authorization %s', (AuthorizationType) => {
    expect(check({ RestApiId: { Ref: 'Control' }, AuthorizationType })).toEqual(finding);
  });

  it('finds a method of an API that it cannot tell', () => {
    expect(check({ RestApiId: 'abc123', AuthorizationType: 'NONE' })).toEqual(finding);
  });
});
