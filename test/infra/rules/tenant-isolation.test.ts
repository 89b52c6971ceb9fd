import { describe, expect, it } from 'vitest';
import { tenantIsolation } from '../../../infra/rules/tenant-isolation.ts';

const isolated = { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } };
const arn = { 'Fn::GetAtt': ['Predict', 'Arn'] };
const provisioned = { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } };

const check = (functionProperties: object, type = 'AWS::Lambda::Permission', properties: object = {}) =>
  tenantIsolation
    .check({
      Resources: {
        Predict: { Type: 'AWS::Lambda::Function', Properties: { ...functionProperties } },
        Other: { Type: 'AWS::Lambda::Function', Properties: {} },
        Added: { Type: type, Properties: { ...properties } },
      },
    })
    .map(({ logicalId, location }) => `${logicalId} ${location}`);

const mapped = (source: string) => ({
  Integration: { RequestParameters: { 'integration.request.header.X-Amz-Tenant-Id': source } },
});

describe('tenant-isolation', () => {
  it.each([
    { case: 'a URL', type: 'AWS::Lambda::Url', properties: { TargetFunctionArn: arn }, found: 'TargetFunctionArn' },
    {
      case: 'an event source',
      type: 'AWS::Lambda::EventSourceMapping',
      properties: { FunctionName: { Ref: 'Predict' } },
      found: 'FunctionName',
    },
    {
      case: 'an alias with provisioned concurrency',
      type: 'AWS::Lambda::Alias',
      properties: { FunctionName: { Ref: 'Predict' }, ...provisioned },
      found: 'ProvisionedConcurrencyConfig',
    },
    {
      case: 'a version with provisioned concurrency',
      type: 'AWS::Lambda::Version',
      properties: { FunctionName: { Ref: 'Predict' }, ...provisioned },
      found: 'ProvisionedConcurrencyConfig',
    },
  ])('finds $case, at a function that isolates tenants and at no other', ({ type, properties, found }) => {
    expect(check(isolated, type, properties)).toEqual([`Added Properties/${found}`]);
    expect(check({}, type, properties)).toEqual([]);
  });

  it('finds SnapStart', () => {
    const snapStart = { SnapStart: { ApplyOn: 'PublishedVersions' } };
    expect(check({ ...isolated, ...snapStart })).toEqual(['Predict Properties/SnapStart']);
    expect(check(snapStart)).toEqual([]);
  });

  it('accepts an alias that provisions nothing', () => {
    expect(check(isolated, 'AWS::Lambda::Alias', { FunctionName: { Ref: 'Predict' } })).toEqual([]);
  });

  it.each(['method.request.header.x-tenant', 'method.request.querystring.tenant', "'everybody'"])(
    'finds a tenant id from %s, which is not what the key says',
    (source) => {
      expect(check(isolated, 'AWS::ApiGateway::Method', mapped(source))).toHaveLength(1);
    },
  );

  it('accepts the one that the authorizer found', () => {
    expect(check(isolated, 'AWS::ApiGateway::Method', mapped('context.authorizer.tenant'))).toEqual([]);
  });
});
