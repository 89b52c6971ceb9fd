import { describe, expect, it } from 'vitest';
import { withGpu } from './gpu-stage.ts';
import { permissions, rolePermissions } from './permissions.ts';
import { resource } from './resources.ts';
import { synthesize } from './synthesize.ts';
import type { Template } from './template.ts';

const synthesized = synthesize(
  withGpu({ models: {}, multiModel: { instanceType: 'ml.g6.4xlarge', instances: { min: 1, max: 3 } } }),
);
const template = synthesized.gpu['multi-model'] as Template;
const only = (type: string) => resource(template, type, /./).Properties;
const endpoint = 'arn:aws:sagemaker:eu-central-1:<AWS::AccountId>:endpoint/maas-dev-multi-model';
const variables = (name: string) => {
  const { Properties } = resource(
    name === 'control' ? synthesized.api : synthesized.inference,
    'AWS::Lambda::Function',
    new RegExp(`/${name}/Function`),
  );
  return Properties.Environment.Variables;
};

describe('the multi-model endpoint', () => {
  it('loads whatever archive lies below the prefix, and keeps what it has loaded', () => {
    const { PrimaryContainer, EnableNetworkIsolation } = only('AWS::SageMaker::Model');
    expect(EnableNetworkIsolation).toBe(true);
    expect(PrimaryContainer).toMatchObject({
      Mode: 'MultiModel',
      MultiModelConfig: { ModelCacheSetting: 'Enabled' },
      Image: expect.stringContaining('/sagemaker-tritonserver:'),
    });
    expect(PrimaryContainer.Environment).toBeUndefined();
    expect(PrimaryContainer.ModelDataUrl['Fn::Join'][1].at(-1)).toBe('/multi-model/');
  });

  it('reads and lists nothing but those archives', () => {
    const role = rolePermissions(synthesized, template, /\/Model\/Role\/DefaultPolicy/);
    expect(role.filter((line) => /^(s3|kms):/.test(line))).toEqual([
      'kms:Decrypt data/Key via s3.eu-central-1.<AWS::URLSuffix>',
      's3:GetObject data/Artifacts/multi-model/*',
      's3:ListBucket data/Artifacts if {"s3:prefix":["multi-model/","multi-model/*"]}',
    ]);
  });

  it('is scaled and rolled back like the endpoint of one model', () => {
    expect(only('AWS::SageMaker::Endpoint')).toMatchObject({
      EndpointName: 'maas-dev-multi-model',
      RetainAllVariantProperties: true,
      DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{}, {}, {}] } },
    });
    expect(only('AWS::SageMaker::EndpointConfig').ProductionVariants[0]).toMatchObject({
      InstanceType: 'ml.g6.4xlarge',
      InitialInstanceCount: 1,
    });
    expect(only('AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      ResourceId: 'endpoint/maas-dev-multi-model/variant/live',
      MinCapacity: 1,
      MaxCapacity: 3,
    });
  });

  it('is asked by predict, which is told of no other endpoint', () => {
    expect(JSON.parse(variables('predict').GPU_ENDPOINTS)).toEqual({
      models: {},
      multiModel: { endpoint: 'maas-dev-multi-model', instanceType: 'ml.g6.4xlarge' },
    });
    expect(permissions(synthesized, 'predict').filter((line) => line.startsWith('sagemaker:'))).toEqual([
      `sagemaker:DescribeEndpoint ${endpoint}`,
      `sagemaker:InvokeEndpoint ${endpoint}`,
    ]);
  });

  it('gets its archives from control, which looks at it and tries models on it', () => {
    expect(JSON.parse(variables('control').GPU_ENDPOINTS)).toEqual(JSON.parse(variables('predict').GPU_ENDPOINTS));
    expect(permissions(synthesized, 'control').filter((line) => /sagemaker|multi-model/.test(line))).toEqual([
      's3:GetObject data/Artifacts/multi-model/*',
      's3:PutObject data/Artifacts/multi-model/*',
      `sagemaker:DescribeEndpoint ${endpoint}`,
      `sagemaker:InvokeEndpoint ${endpoint}`,
    ]);
  });

  it('alone brings neither a function nor routes for models with endpoints of their own', () => {
    expect(JSON.stringify(synthesized.inference)).not.toContain('predict-gpu');
    expect(Object.keys(synthesized.gpu)).toEqual(['multi-model']);
  });
});
