import { expect, test } from 'vitest';
import { authorizer, custom, integration, restApiStack } from './rest-api-template.ts';
import { startGateway } from './start-gateway.ts';

type Description = Parameters<typeof restApiStack>[0];

const start = (description: Partial<Description>): Promise<unknown> =>
  startGateway({
    stack: restApiStack({ methods: { 'GET /a': {} }, ...description }),
    functions: { Function: () => ({}) },
  });

const validator = (properties: object) => ({
  Validator: { Type: 'AWS::ApiGateway::RequestValidator', Properties: { RestApiId: { Ref: 'Api' }, ...properties } },
});

test.each<[string, Partial<Description>, string]>([
  ['an API with a resource policy', { api: { Policy: {} } }, 'Policy: this property is not supported'],
  ['an API from OpenAPI', { api: { Body: {} } }, 'Body: this property is not supported'],
  ['a mock integration', { methods: { 'GET /a': { Integration: { Type: 'MOCK' } } } }, 'Integration.Type'],
  [
    'a Lambda integration that is no proxy',
    { methods: { 'GET /a': integration('Function', { Type: 'AWS' }) } },
    'Integration.Type',
  ],
  ['Cognito', { methods: { 'GET /a': { AuthorizationType: 'COGNITO_USER_POOLS' } } }, 'AuthorizationType'],
  [
    'a response that streams',
    { methods: { 'GET /a': integration('Function', { ResponseTransferMode: 'STREAM' }) } },
    'ResponseTransferMode',
  ],
  ['the response cache', { stage: { CacheClusterEnabled: true } }, 'the response cache is not emulated'],
  ['a canary', { stage: { CanarySetting: {} } }, 'CanarySetting: this property is not supported'],
  ['body validation', { more: validator({ ValidateRequestBody: true }) }, 'bodies are not validated'],
  ['a stage name with a slash', { stage: { StageName: 'a/b' } }, 'StageName'],
  [
    'a TOKEN authorizer',
    {
      more: {
        Authorizer: functionLike(),
        A: { ...authorizer('', 0), Properties: { ...authorizer('', 0).Properties, Type: 'TOKEN' } },
      },
    },
    'only REQUEST authorizers',
  ],
  [
    'a cached authorizer without identity source',
    { more: { Authorizer: functionLike(), A: authorizer('', 60) } },
    'IdentitySource',
  ],
  [
    'an identity source that is none',
    { more: { Authorizer: functionLike(), A: authorizer('header.x', 60) } },
    'header.x',
  ],
  [
    'custom authorization without authorizer',
    { methods: { 'GET /a': { AuthorizationType: 'CUSTOM' } } },
    'AuthorizerId',
  ],
  ['an authorizer that is unknown', { methods: { 'GET /a': custom('Function') } }, 'names the authorizer Function'],
  ['an API without methods', { methods: {} }, 'has no methods'],
  [
    'a plan over no quota at all',
    { more: { P: { Type: 'AWS::ApiGateway::UsagePlan', Properties: { Quota: { Limit: 0, Period: 'DAY' } } } } },
    'Quota.Limit',
  ],
  [
    'a quota with an offset',
    {
      more: {
        P: { Type: 'AWS::ApiGateway::UsagePlan', Properties: { Quota: { Limit: 1, Period: 'DAY', Offset: 1 } } },
      },
    },
    'Quota.Offset: this property is not supported',
  ],
  [
    'a plan over a stage that is not there',
    { more: { P: { Type: 'AWS::ApiGateway::UsagePlan', Properties: { ApiStages: [{ ApiId: 'x', Stage: 'y' }] } } } },
    'has no stage y',
  ],
])('%s is an error at the start that names it', async (_, description, message) => {
  await expect(start(description)).rejects.toThrow(message);
});

function functionLike() {
  return { Type: 'AWS::Lambda::Function', Properties: {} };
}
