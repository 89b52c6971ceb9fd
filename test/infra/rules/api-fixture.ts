import type { Template, TemplateResource } from '../../../infra/rules/rule.ts';

/** A template with a metered API `Tenant` and its authorizer, an API `Control`, and the given resources. */
export const apiFixture = (more: Readonly<Record<string, TemplateResource>> = {}): Template => ({
  Resources: {
    Tenant: { Type: 'AWS::ApiGateway::RestApi', Properties: { ApiKeySourceType: 'AUTHORIZER' } },
    Authorizer: { Type: 'AWS::ApiGateway::Authorizer', Properties: { RestApiId: { Ref: 'Tenant' } } },
    Control: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
    ForeignAuthorizer: { Type: 'AWS::ApiGateway::Authorizer', Properties: { RestApiId: { Ref: 'Control' } } },
    Plan: {
      Type: 'AWS::ApiGateway::UsagePlan',
      Properties: { ApiStages: [{ ApiId: { Ref: 'Tenant' }, Stage: 'dev' }] },
    },
    ...more,
  },
});
