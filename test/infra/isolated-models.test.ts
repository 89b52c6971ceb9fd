import { describe, expect, it } from 'vitest';
import { routes } from '../../core/api/routes.ts';
import { stageSettingsSchema } from '../../infra/settings/stage-settings.ts';
import { permissions } from './permissions.ts';
import { resource, resources } from './resources.ts';
import { settingsOf, synthesize } from './synthesize.ts';

const isolatedModels = ['linear-2x', 'digits'];
const synthesized = synthesize({ ...settingsOf('dev'), isolatedModels });
const { api, inference } = synthesized;

const modelRoutes = routes.filter((route) => route.function === 'predict' && route.path.includes('{model}'));
const integrations = resources(api, 'AWS::ApiGateway::Method').map(([, { Properties }]) => Properties.Integration);
const isolated = integrations.filter(({ Uri }) => JSON.stringify(Uri).includes('predictisolated'));
const predict = resource(inference, 'AWS::Lambda::Function', /\/predict\//).Properties;
const own = resource(inference, 'AWS::Lambda::Function', /\/predict-isolated\//).Properties;

describe('a model that the settings isolate', () => {
  it('has a copy of every route that names a model, to a function in tenant isolation mode with the same code', () => {
    expect(modelRoutes.length).toBeGreaterThan(5);
    expect(isolated).toHaveLength(isolatedModels.length * modelRoutes.length);
    expect(own.TenancyConfig).toEqual({ TenantIsolationMode: 'PER_TENANT' });
    expect(own.Code).toEqual(predict.Code);
    expect(predict.TenancyConfig).toBeUndefined();
  });

  it('is told the tenant by the authorizer on each of them, and no other route tells it', () => {
    for (const { RequestParameters } of isolated) {
      expect(RequestParameters).toEqual({
        'integration.request.header.X-Amz-Tenant-Id': 'context.authorizer.tenant',
      });
    }
    expect(integrations.filter(({ RequestParameters }) => RequestParameters !== undefined)).toHaveLength(
      isolated.length,
    );
  });

  it('is refused by the function that serves all tenants', () => {
    expect(JSON.parse(predict.Environment.Variables.ISOLATED_MODELS)).toEqual(isolatedModels);
    expect(own.Environment.Variables.ISOLATED_MODELS).toBeUndefined();
  });

  it('gets no permission that predict has not', () => {
    const without = (name: string) => permissions(synthesized, name).filter((line) => !line.startsWith('logs:'));
    expect(without('predict-isolated')).toEqual(without('predict'));
  });
});

it.each([
  { case: 'no model name', isolated: ['Digits'], error: /a model name/ },
  { case: 'a model twice', isolated: ['digits', 'digits'], error: /names a model twice/ },
  { case: 'a model on a GPU endpoint that tenants share', isolated: ['resnet50'], error: /GPU endpoint/ },
])('settings refuse $case', ({ isolated: names, error }) => {
  const gpu = { models: { resnet50: { instances: { min: 1, max: 1 } } } };
  expect(() => stageSettingsSchema.parse({ ...settingsOf('dev'), gpu, isolatedModels: names })).toThrow(error);
});
