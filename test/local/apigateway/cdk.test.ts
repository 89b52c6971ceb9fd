import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { readAssembly } from '../../../local/cloudformation/assembly.ts';
import type { ResourceType } from '../../../local/cloudformation/resource-type.ts';
import { account, region, startGateway } from './start-gateway.ts';

const ignored = (type: string): ResourceType => ({
  type,
  properties: z.looseObject({}),
  noLocalEffect: {},
  create: async ({ physicalId }) => ({
    ref: physicalId,
    attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${physicalId}` },
  }),
});

test('what CDK renders for a REST API with all that is emulated can be created and serves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assembly-'));
  const app = new App({ outdir: folder, analyticsReporting: false });
  const stack = new Stack(app, 'test', { env: { account, region } });
  const handler = (id: string) => {
    const made = new LambdaFunction(stack, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: 'i.h',
      code: Code.fromInline('-'),
    });
    (made.node.defaultChild as CfnFunction).overrideLogicalId(id);
    return made;
  };
  const [served, asked] = [handler('Function'), handler('Authorizer')];
  const api = new apigateway.RestApi(stack, 'Api', {
    apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER,
    binaryMediaTypes: ['*/*'],
    cloudWatchRole: true,
    description: 'all of it',
    endpointTypes: [apigateway.EndpointType.REGIONAL],
    deployOptions: {
      stageName: 'live',
      accessLogDestination: new apigateway.LogGroupLogDestination(new LogGroup(stack, 'Log')),
      accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      methodOptions: { '/models/{model}/GET': { throttlingBurstLimit: 1, throttlingRateLimit: 0.0001 } },
      metricsEnabled: true,
      throttlingBurstLimit: 100,
      throttlingRateLimit: 100,
      tracingEnabled: true,
      variables: { a: 'b' },
    },
  });
  const authorizer = new apigateway.RequestAuthorizer(stack, 'TheAuthorizer', {
    handler: asked,
    identitySources: [apigateway.IdentitySource.header('x-key')],
    resultsCacheTtl: Duration.seconds(60),
  });
  const requestValidator = api.addRequestValidator('Validator', { validateRequestParameters: true });
  const integration = new apigateway.LambdaIntegration(served, { timeout: Duration.seconds(10) });
  api.root.resourceForPath('/models/{model}').addMethod('GET', integration, {
    apiKeyRequired: true,
    authorizer,
    operationName: 'GetModel',
    requestParameters: { 'method.request.path.model': true },
    requestValidator,
  });
  api.root
    .addResource('signed')
    .addMethod('POST', integration, { authorizationType: apigateway.AuthorizationType.IAM });
  api.addModel('Model', { schema: { type: apigateway.JsonSchemaType.OBJECT } });
  api.addGatewayResponse('Throttled', {
    type: apigateway.ResponseType.THROTTLED,
    statusCode: '429',
    responseHeaders: { 'Retry-After': "'1'" },
    templates: { 'application/json': '{"error":$context.error.messageString}' },
  });
  const plan = api.addUsagePlan('Plan', {
    quota: { limit: 10, period: apigateway.Period.DAY },
    throttle: { burstLimit: 5, rateLimit: 5 },
    apiStages: [{ stage: api.deploymentStage }],
  });
  plan.addApiKey(api.addApiKey('Key', { value: 'k'.repeat(20) }));
  stack.exportValue(api.restApiId);
  app.synth();
  const assembly = await readAssembly(folder);
  const [made] = assembly.stacks;
  if (made === undefined) throw new Error('nothing was synthesized');
  made.template.Outputs['ApiId'] = {
    Value: { Ref: stack.getLogicalId(api.node.defaultChild as apigateway.CfnRestApi) },
  };

  const gateway = await startGateway({
    stack: made,
    functions: {
      Function: ({ requestContext }) => ({ body: JSON.stringify(requestContext) }),
      Authorizer: ({ methodArn }) => ({
        principalId: 'p',
        policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: methodArn }] },
        usageIdentifierKey: 'k'.repeat(20),
      }),
    },
    more: ['AWS::IAM::Role', 'AWS::Lambda::Permission', 'AWS::Logs::LogGroup', 'AWS::CDK::Metadata'].map(ignored),
  });
  const get = (): Promise<Response> => fetch(`${gateway.url}/models/m`, { headers: { 'x-key': 'x' } });
  const first = await get();
  expect([first.status, await first.json()]).toEqual([200, expect.objectContaining({ operationName: 'GetModel' })]);
  const second = await get();
  expect([second.status, await second.json(), second.headers.get('retry-after')]).toEqual([
    429,
    { error: 'Too Many Requests' },
    '1',
  ]);
  expect((await fetch(`${gateway.url}/signed`, { method: 'POST' })).status).toBe(403);
  expect(gateway.logLines.filter((line) => line.includes('"status":"200"'))).toHaveLength(1);
  await rm(folder, { recursive: true });
});
