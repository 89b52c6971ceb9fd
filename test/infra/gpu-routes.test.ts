import { describe, expect, it } from 'vitest';
import { findRoute } from '../../core/api/find-route.ts';
import { routes } from '../../core/api/routes.ts';
import { withGpu } from './gpu-stage.ts';
import { permissions } from './permissions.ts';
import { resource, resources } from './resources.ts';
import { settingsOf, synthesize } from './synthesize.ts';

const instances = { min: 1, max: 2 };
const synthesized = synthesize(
  withGpu({ models: { resnet50: { instances }, moderation: { instances, scaleToZero: true } } }),
);
const { api: template } = synthesized;

function pathOf(id: string): string {
  const { ParentId, PathPart } = template.Resources[id]?.Properties ?? {};
  return `${'Ref' in ParentId ? pathOf(ParentId.Ref) : ''}/${PathPart}`;
}

const methods = resources(template, 'AWS::ApiGateway::Method').map(([, { Properties }]) => ({
  route: `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`,
  integration: JSON.stringify(Properties.Integration.Uri),
  authorizer: Properties.AuthorizerId?.Ref as string | undefined,
  keyRequired: Properties.ApiKeyRequired as boolean | undefined,
}));
const method = (route: string) => methods.find((found) => found.route === route);
const modelRoutes = routes.filter((route) => route.function === 'predict' && route.path.includes('{model}'));

describe('the routes of a model with an endpoint of its own', () => {
  it.each(['resnet50', 'moderation'])(
    '%s: a copy of every route that names a model, asked with the same key, served by predict-gpu',
    (model) => {
      expect(modelRoutes.length).toBeGreaterThan(5);
      for (const { method: verb, path, id } of modelRoutes) {
        const own = `${verb} ${path.replace('{model}', model)}`;
        const [shared, copy] = [method(`${verb} ${path}`), method(own)];
        expect([own, copy?.authorizer, copy?.keyRequired]).toEqual([own, shared?.authorizer, true]);
        expect(copy?.integration).toMatch(/predictgpu/);
        expect(shared?.integration).not.toMatch(/predictgpu/);
        // What the function makes of it.
        expect(findRoute('tenant', verb, path.replace('{model}', model))).toMatchObject({
          route: { id },
          params: { model },
        });
      }
    },
  );

  it('are all that a GPU adds: what names no model stays with the shared function', () => {
    const gpu = methods.filter(({ integration }) => integration.includes('predictgpu'));
    expect(gpu).toHaveLength(2 * modelRoutes.length);
    const without = synthesize(settingsOf('dev')).api;
    expect(methods).toHaveLength(resources(without, 'AWS::ApiGateway::Method').length + gpu.length);
  });

  it('leave the stack far from the 500 resources that it may have', () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(350);
  });
});

describe('predict-gpu', () => {
  const { Properties } = resource(synthesized.inference, 'AWS::Lambda::Function', /\/predict-gpu\//);
  const arn = (resourceName: string) => `arn:aws:sagemaker:eu-central-1:<AWS::AccountId>:${resourceName}`;

  it('is small, and knows the endpoints, and which of them want an inference component named', () => {
    expect(Properties.MemorySize).toBeLessThan(1_769);
    expect(Properties.Timeout).toBe(26);
    expect(JSON.parse(Properties.Environment.Variables.GPU_ENDPOINTS)).toEqual({
      models: {
        resnet50: { endpoint: 'maas-dev-model-resnet50', instanceType: 'ml.g5.xlarge' },
        moderation: {
          endpoint: 'maas-dev-model-moderation',
          instanceType: 'ml.g6.2xlarge',
          inferenceComponent: 'maas-dev-model-moderation',
        },
      },
    });
  });

  it('may invoke exactly those, and else what predict may', () => {
    const gpu = permissions(synthesized, 'predict-gpu').filter((line) => !line.startsWith('logs:'));
    const predict = permissions(synthesized, 'predict').filter((line) => !line.startsWith('logs:'));
    expect(gpu.filter((line) => !predict.includes(line))).toEqual([
      `sagemaker:DescribeEndpoint ${arn('endpoint/maas-dev-model-moderation')}`,
      `sagemaker:DescribeEndpoint ${arn('endpoint/maas-dev-model-resnet50')}`,
      `sagemaker:InvokeEndpoint ${arn('endpoint/maas-dev-model-moderation')}`,
      `sagemaker:InvokeEndpoint ${arn('endpoint/maas-dev-model-resnet50')}`,
      `sagemaker:InvokeEndpoint ${arn('inference-component/maas-dev-model-moderation')}`,
    ]);
    expect(predict.filter((line) => !gpu.includes(line))).toEqual([]);
  });

  it('is told by nobody about endpoints in a stage without', () => {
    const dev = synthesize(settingsOf('dev'));
    expect(JSON.stringify([dev.inference, dev.api])).not.toMatch(/GPU_ENDPOINTS|sagemaker|predict-gpu/);
    expect(dev.gpu).toEqual({});
  });
});
