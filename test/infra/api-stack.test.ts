import { describe, expect, it } from 'vitest';
import { routes } from '../../core/api/routes.ts';
import { resource, resources } from './resources.ts';
import { settingsOf, synthesize } from './synthesize.ts';
import type { Template } from './template.ts';

const settings = settingsOf('dev');
const { api: template, inference } = synthesize(settings);

const apiId = (name: 'tenant' | 'control'): string => {
  const found = resources(template, 'AWS::ApiGateway::RestApi').find(
    ([, { Properties }]) => Properties.Name === `maas-dev-${name}`,
  );
  if (found === undefined) throw new Error(`no ${name} API`);
  return found[0];
};

/** The path of a resource, put together up to the API's root. */
function pathOf(id: string): string {
  const { ParentId, PathPart } = template.Resources[id]?.Properties ?? {};
  return `${'Ref' in ParentId ? pathOf(ParentId.Ref) : ''}/${PathPart}`;
}

function methodsOf(name: 'tenant' | 'control') {
  return resources(template, 'AWS::ApiGateway::Method')
    .filter(([, { Properties }]) => Properties.RestApiId.Ref === apiId(name))
    .map(([, { Properties }]) => ({
      route: `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`,
      properties: Properties,
      function: integratedFunction(Properties.Integration.Uri),
    }));
}

/** The name of the function behind an integration's URI. */
function integratedFunction(uri: { 'Fn::Join': [string, unknown[]] }): string {
  const [, arn] = uri['Fn::Join'][1] as [string, Record<string, unknown>];
  const find = (from: Template, value: unknown) =>
    from.Resources[(value as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]]?.Properties.Environment.Variables
      .POWERTOOLS_SERVICE_NAME;
  if ('Fn::GetAtt' in arn) return find(template, arn);
  const { OutputName } = arn['Fn::GetStackOutput'] as { OutputName: string };
  return find(inference, inference.Outputs?.[OutputName]?.Value);
}

function gatewayResponses(name: 'tenant' | 'control') {
  return Object.fromEntries(
    resources(template, 'AWS::ApiGateway::GatewayResponse')
      .filter(([, { Properties }]) => Properties.RestApiId.Ref === apiId(name))
      .map(([, { Properties }]) => [
        Properties.ResponseType as string,
        {
          status: Properties.StatusCode as string | undefined,
          body: JSON.parse(
            Properties.ResponseTemplates['application/json'].replaceAll(/\$context\.error\.messageString/g, '"…"'),
          ) as Record<string, unknown>,
          headers: (Properties.ResponseParameters ?? {}) as Record<string, string>,
        },
      ]),
  );
}

const open = (name: 'tenant' | 'control') =>
  routes.filter(({ api, authorization }) => api === name && authorization === 'none');

const stageOf = (name: 'tenant' | 'control') =>
  resources(template, 'AWS::ApiGateway::Stage').find(
    ([, found]) => found.Properties.RestApiId.Ref === apiId(name),
  )?.[1];

describe.each(['tenant', 'control'] as const)('the %s API', (name) => {
  it('has one method for each route of the table, served by the function that the table names, and no other', () => {
    const expected = routes
      .filter((route) => route.api === name)
      .map((route) => ({ route: `${route.method} ${route.path}`, function: route.function }));
    const actual = methodsOf(name).map((method) => ({ route: method.route, function: method.function }));
    const byRoute = (a: { route: string }, b: { route: string }) => a.route.localeCompare(b.route);
    expect(actual.sort(byRoute)).toEqual(expected.sort(byRoute));
  });

  it('hands requests to Lambda as they are', () => {
    for (const { properties } of methodsOf(name)) expect(properties.Integration.Type).toBe('AWS_PROXY');
  });

  it('is Regional, throttled as a whole, traced, and does not log bodies or headers', () => {
    expect(template.Resources[apiId(name)]?.Properties.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
    expect(stageOf(name)?.Properties).toMatchObject({ StageName: 'dev', TracingEnabled: true });
    const [stage, ...methods] = (stageOf(name)?.Properties.MethodSettings ?? []) as unknown[];
    expect(stage).toEqual(
      expect.objectContaining({
        HttpMethod: '*',
        ResourcePath: '/*',
        DataTraceEnabled: false,
        ThrottlingRateLimit: settings.stageThrottle.ratePerSecond,
        ThrottlingBurstLimit: settings.stageThrottle.burst,
      }),
    );
    expect(methods).toEqual(
      open(name).map(({ method, path }) =>
        expect.objectContaining({
          HttpMethod: method,
          ResourcePath: `/${path.replaceAll('/', '~1')}`,
          DataTraceEnabled: false,
          ThrottlingRateLimit: 5,
          ThrottlingBurstLimit: 10,
        }),
      ),
    );
  });

  it('writes one JSON line per request, which names who and how it ended and never the native key', () => {
    const format = stageOf(name)?.Properties.AccessLogSetting.Format as string;
    expect(Object.keys(JSON.parse(format))).toEqual(
      expect.arrayContaining([
        'requestId',
        'httpMethod',
        'resourcePath',
        'path',
        'status',
        'responseLatency',
        'errorType',
      ]),
    );
    expect(format).toContain('"requestId":"$context.requestId"');
    expect(format).toContain('"extendedRequestId":"$context.extendedRequestId"');
    // AWS does not say that it escapes values. With two members of a name the last one counts: nobody overwrites the status of his request.
    expect(Object.keys(JSON.parse(format)).slice(0, 2)).toEqual(['requestId', 'path']);
    expect(format).not.toMatch(/\$context\.identity\.apiKey\b/);
    // API Gateway's limit for the template.
    expect(format.length).toBeLessThan(3072);
  });

  it('waits for its execution log, so that API Gateway does not make one to keep for ever', () => {
    const [log] =
      resources(template, 'AWS::Logs::LogGroup').find(([, { Properties }]) =>
        JSON.stringify(Properties.LogGroupName ?? '').includes(apiId(name)),
      ) ?? [];
    expect(stageOf(name)?.DependsOn).toContain(log);
  });

  it('gives every answer of its own a JSON body', () => {
    for (const [type, { body }] of Object.entries(gatewayResponses(name))) {
      expect([type, typeof (name === 'tenant' ? body['error'] : body['detail'])]).toEqual([type, 'string']);
    }
  });
});

describe('the tenant API', () => {
  it('takes the native key from the authorizer and requires it on every method but the open ones', () => {
    expect(template.Resources[apiId('tenant')]?.Properties.ApiKeySourceType).toBe('AUTHORIZER');
    const openRoutes = open('tenant').map(({ method, path }) => `${method} ${path}`);
    expect(openRoutes.toSorted()).toEqual(['POST /keys/revoke', 'POST /webhooks/stripe']);
    for (const { route, properties } of methodsOf('tenant')) {
      if (openRoutes.includes(route)) expect(properties).toMatchObject({ AuthorizationType: 'NONE' });
      else expect(properties).toMatchObject({ ApiKeyRequired: true, AuthorizationType: 'CUSTOM' });
    }
  });

  it('asks for the key in the header that the clients of each route send, and caches for 60 seconds', () => {
    const header = { 'api-key': 'method.request.header.x-api-key', bearer: 'method.request.header.Authorization' };
    for (const { route, properties } of methodsOf('tenant')) {
      const { authorization } = routes.find((r) => r.api === 'tenant' && `${r.method} ${r.path}` === route) ?? {};
      if (authorization === 'none') continue;
      const authorizer = template.Resources[properties.AuthorizerId.Ref]?.Properties;
      expect([route, authorizer]).toEqual([
        route,
        expect.objectContaining({
          Type: 'REQUEST',
          IdentitySource: header[authorization as keyof typeof header],
          AuthorizerResultTtlInSeconds: 60,
        }),
      ]);
    }
  });

  it('takes any body byte for byte', () => {
    expect(template.Resources[apiId('tenant')]?.Properties.BinaryMediaTypes).toEqual(['*/*']);
  });

  it('has a plan for each of the settings, with rate, burst and monthly quota', () => {
    const plans = resources(template, 'AWS::ApiGateway::UsagePlan').map(([, { Properties }]) => Properties);
    expect(new Set(plans.map(({ UsagePlanName }) => UsagePlanName))).toEqual(
      new Set(['maas-dev-enterprise', 'maas-dev-free', 'maas-dev-pro']),
    );
    for (const plan of plans) {
      const name = plan.UsagePlanName.replace('maas-dev-', '') as keyof typeof settings.usagePlans;
      const { ratePerSecond, burst, quotaPerMonth } = settings.usagePlans[name];
      expect(plan.Throttle).toEqual({ RateLimit: ratePerSecond, BurstLimit: burst });
      expect(plan.Quota).toEqual({ Limit: quotaPerMonth, Period: 'MONTH' });
      expect(plan.ApiStages).toEqual([expect.objectContaining({ ApiId: { Ref: apiId('tenant') } })]);
    }
  });

  it('holds no native key: tenants are data', () => {
    expect(resources(template, 'AWS::ApiGateway::ApiKey')).toEqual([]);
  });

  const responses = gatewayResponses('tenant');

  it('tells an unknown, a revoked and a suspended key apart by nothing', () => {
    const { ACCESS_DENIED: denied, INVALID_API_KEY: invalid } = responses;
    expect(denied).toEqual(invalid);
    expect(denied?.status).toBe('403');
    const all403 = Object.values(responses).filter(({ status }) => status === '403');
    expect(new Set(all403.map(({ body }) => body['error']))).toHaveLength(1);
  });

  it('answers a missing key with 401 and an unknown path with 404', () => {
    expect(responses['UNAUTHORIZED']?.status).toBe('401');
    expect(responses['MISSING_AUTHENTICATION_TOKEN']).toMatchObject({ status: '404', body: { error: 'Not Found' } });
  });

  it('says when to come back: after a second over the rate, much later over the quota', () => {
    const header = 'gatewayresponse.header.Retry-After';
    expect(responses['THROTTLED']).toMatchObject({ status: '429', headers: { [header]: "'1'" } });
    expect(responses['QUOTA_EXCEEDED']).toMatchObject({ status: '429', headers: { [header]: "'3600'" } });
    expect(responses['QUOTA_EXCEEDED']?.body).toMatchObject({
      error: expect.stringMatching(/quota of requests of your usage plan/),
      type: 'urn:maas:problem:plan-quota-exceeded',
    });
    expect(responses['THROTTLED']?.body['type']).toBe('urn:maas:problem:plan-rate-exceeded');
    expect(responses['THROTTLED']?.body['error']).not.toMatch(/quota/);
  });

  it('advises on a request that is too slow', () => {
    expect(responses['INTEGRATION_TIMEOUT']).toMatchObject({ status: '504' });
  });

  it('leaves the status of all other answers as it is, and their errors readable', () => {
    expect(responses['DEFAULT_4XX']?.status).toBeUndefined();
    expect(responses['DEFAULT_5XX']?.status).toBeUndefined();
    // A lack of capacity is answered so, too.
    expect(responses['DEFAULT_5XX']?.headers['gatewayresponse.header.Retry-After']).toBe("'1'");
    expect(responses['DEFAULT_5XX']?.body['error']).toContain('$context.requestId');
  });
});

describe('the control API', () => {
  it('is authorized by IAM on every method and under no usage plan', () => {
    for (const { properties } of methodsOf('control')) {
      expect(properties.AuthorizationType).toBe('AWS_IAM');
      expect(properties.ApiKeyRequired ?? false).toBe(false);
    }
    const metered = JSON.stringify(resources(template, 'AWS::ApiGateway::UsagePlan'));
    expect(metered).not.toContain(apiId('control'));
  });

  it('says when to come back', () => {
    expect(gatewayResponses('control')['THROTTLED']?.headers['gatewayresponse.header.Retry-After']).toBe("'1'");
  });

  it('answers in problem details', () => {
    for (const { body, headers } of Object.values(gatewayResponses('control'))) {
      expect(headers['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
      expect(Object.keys(body)).toEqual(expect.arrayContaining(['type', 'title', 'detail', 'requestId']));
    }
  });
});

it('API Gateway may invoke a function only for an API or authorizer of ours, and the function’s policy stays small', () => {
  const statements = new Map<string, number>();
  for (const [, { Properties }] of resources(template, 'AWS::Lambda::Permission')) {
    expect(Properties.Principal).toBe('apigateway.amazonaws.com');
    const source = JSON.stringify(Properties.SourceArn);
    expect([apiId('tenant'), apiId('control')].some((id) => source.includes(`{"Ref":"${id}"}`))).toBe(true);
    const invoked = JSON.stringify(Properties.FunctionName);
    statements.set(invoked, (statements.get(invoked) ?? 0) + 1);
  }
  // Lambda takes 20,480 bytes, some 450 of which go to a statement.
  expect(Math.max(...statements.values())).toBeLessThanOrEqual(3);
});

it('removing one stage does not silence the logs of the others in the account', () => {
  expect(resource(template, 'AWS::ApiGateway::Account', /./).DeletionPolicy).toBe('Retain');
  expect(resource(template, 'AWS::IAM::Role', /GatewayLogging/).DeletionPolicy).toBe('Retain');
});

it('the command line finds both APIs in the outputs', () => {
  expect(Object.keys(template.Outputs ?? {})).toEqual(
    expect.arrayContaining(['TenantApi', 'ControlApi'].flatMap((name) => [`${name}Id`, `${name}Stage`, `${name}Url`])),
  );
});

it('stays far from the 500 resources that a stack may have', () => {
  expect(Object.keys(template.Resources).length).toBeLessThan(300);
});
