import type { AssemblyStack } from '../../../local/cloudformation/assembly.ts';
import type { Template } from '../../../local/cloudformation/template.ts';

type Properties = Readonly<Record<string, unknown>>;

interface RestApiDescription {
  /** `GET /v2/models/{model}` -> more properties of the method. Each calls the function `Function` unless `Integration` says otherwise. */
  readonly methods: Readonly<Record<string, Properties>>;
  readonly api?: Properties;
  readonly stage?: Properties;
  /** More resources, by logical id. The API is `Api`, its stage `Stage`. */
  readonly more?: Readonly<Record<string, { Type: string; Properties: Properties }>>;
  readonly functions?: readonly string[];
}

const invocation = (target: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/',
      { 'Fn::GetAtt': [target, 'Arn'] },
      '/invocations',
    ],
  ],
});

/** The integration with another function, as CDK renders it. */
export const integration = (target: string, more: Properties = {}) => ({
  Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: invocation(target), ...more },
});

/** A REQUEST authorizer over the function `Authorizer`. */
export const authorizer = (identitySource: string, ttlSeconds: number) => ({
  Type: 'AWS::ApiGateway::Authorizer',
  Properties: {
    AuthorizerResultTtlInSeconds: ttlSeconds,
    AuthorizerUri: invocation('Authorizer'),
    IdentitySource: identitySource,
    Name: 'authorizer',
    RestApiId: { Ref: 'Api' },
    Type: 'REQUEST',
  },
});

export const custom = (logicalId = 'TheAuthorizer') => ({
  AuthorizationType: 'CUSTOM',
  AuthorizerId: { Ref: logicalId },
});

export const gatewayResponse = (type: string, more: Properties) => ({
  Type: 'AWS::ApiGateway::GatewayResponse',
  Properties: { RestApiId: { Ref: 'Api' }, ResponseType: type, ...more },
});

export const usagePlan = (name: string, more: Properties) => ({
  Type: 'AWS::ApiGateway::UsagePlan',
  Properties: { UsagePlanName: name, ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }], ...more },
});

/** A stack with one deployed REST API, in the shape in which CDK renders it. */
export function restApiStack({
  methods,
  api,
  stage,
  more = {},
  functions = ['Function'],
}: RestApiDescription): AssemblyStack {
  const resources: Record<string, { Type: string; Properties: Properties }> = {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: { Name: 'test', EndpointConfiguration: { Types: ['REGIONAL'] }, ...api },
    },
  };
  for (const name of functions) resources[name] = { Type: 'AWS::Lambda::Function', Properties: {} };
  const methodIds: string[] = [];
  for (const [route, properties] of Object.entries(methods)) {
    const [method = '', path = ''] = route.split(' ');
    let id = 'Api';
    let resource: unknown = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    for (const part of path.split('/').filter((segment) => segment !== '')) {
      id += part === '{proxy+}' ? 'Proxy' : part.replaceAll(/[^A-Za-z0-9]/g, '_');
      resources[id] ??= {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { ParentId: resource, PathPart: part, RestApiId: { Ref: 'Api' } },
      };
      resource = { Ref: id };
    }
    methodIds.push(`${id}${method}`);
    resources[`${id}${method}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        AuthorizationType: 'NONE',
        HttpMethod: method,
        ResourceId: resource,
        RestApiId: { Ref: 'Api' },
        ...integration('Function'),
        ...properties,
      },
    };
  }
  const responses = Object.entries(more).filter(([, { Type }]) => Type === 'AWS::ApiGateway::GatewayResponse');
  const all: Record<string, { Type: string; Properties: Properties; DependsOn?: string[] }> = {
    ...resources,
    ...more,
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: { RestApiId: { Ref: 'Api' } },
      DependsOn: [...methodIds, ...responses.map(([id]) => id)],
    },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { DeploymentId: { Ref: 'Deployment' }, RestApiId: { Ref: 'Api' }, StageName: 'live', ...stage },
    },
  };
  const parsed = {
    Parameters: {},
    Mappings: {},
    Conditions: {},
    Resources: Object.fromEntries(Object.entries(all).map(([id, resource]) => [id, { DependsOn: [], ...resource }])),
    Outputs: { ApiId: { Value: { Ref: 'Api' } } },
  };
  return { name: 'test', dependencies: [], template: parsed as unknown as Template };
}
