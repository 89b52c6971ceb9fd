import { describe, expect, it } from 'vitest';
import { apiKeySource } from '../../../infra/rules/api-key-source.ts';
import { apiFixture } from './api-fixture.ts';

const finding = [{ logicalId: 'Tenant', location: 'Properties/ApiKeySourceType' }];

describe('api-key-source', () => {
  it('accepts a metered API that asks its authorizer, and leaves others alone', () => {
    expect(apiKeySource.check(apiFixture())).toEqual([]);
  });

  it.each([{ ApiKeySourceType: 'HEADER' }, {}])('finds a metered API with %o', (Properties) => {
    const Tenant = { Type: 'AWS::ApiGateway::RestApi', Properties };
    expect(apiKeySource.check(apiFixture({ Tenant }))).toEqual(finding);
  });
});
