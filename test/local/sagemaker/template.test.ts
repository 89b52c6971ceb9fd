import { beforeAll, expect, test } from 'vitest';
import { account, Deployed, image, region } from './deployed.ts';

let cloud: Deployed;
beforeAll(async () => {
  let stop = async (): Promise<void> => undefined;
  cloud = await Deployed.start({}, (act) => {
    stop = act;
  });
  await cloud.model('known');
  return () => stop();
});

const role = `arn:aws:iam::${account}:role/execution`;
const model = (properties: object): Promise<string> =>
  cloud.create('AWS::SageMaker::Model', { ExecutionRoleArn: role, ...properties });
const config = (properties: object): Promise<string> =>
  cloud.create('AWS::SageMaker::EndpointConfig', {
    ProductionVariants: [{ VariantName: 'main', ModelName: 'known' }],
    ...properties,
  });

test.each([
  [
    'an image that nothing stands for',
    { PrimaryContainer: { Image: 'docker.io/library/nginx:1' } },
    /nothing here runs in place of the image docker\.io\/library\/nginx:1/,
  ],
  [
    'an image of a like name elsewhere',
    { PrimaryContainer: { Image: `evil.example/${image}` } },
    /nothing here runs in place/,
  ],
  ['a pipeline', { Containers: [{ Image: image }, { Image: image }] }, /pipelines of several containers/],
  ['no container', {}, /either PrimaryContainer or Containers/],
  [
    'data in two places',
    {
      PrimaryContainer: {
        Image: image,
        ModelDataUrl: 's3://a/b',
        ModelDataSource: { S3DataSource: { S3Uri: 's3://a/b', S3DataType: 'S3Object', CompressionType: 'Gzip' } },
      },
    },
    /ModelDataUrl or ModelDataSource/,
  ],
  [
    'data that is no archive',
    {
      PrimaryContainer: {
        Image: image,
        ModelDataSource: { S3DataSource: { S3Uri: 's3://a/b/', S3DataType: 'S3Prefix', CompressionType: 'None' } },
      },
    },
    /S3Object/,
  ],
  [
    'data that is not in S3',
    { PrimaryContainer: { Image: image, ModelDataUrl: 'https://example.org/model.tar.gz' } },
    /not an address in S3/,
  ],
  ['several models without a prefix', { PrimaryContainer: { Image: image, Mode: 'MultiModel' } }, /needs ModelDataUrl/],
  [
    'a cache that is switched off',
    { PrimaryContainer: { Image: image, MultiModelConfig: { ModelCacheSetting: 'Disabled' } } },
    /ModelCacheSetting/,
  ],
  ['a property that does not exist', { PrimaryContainer: { Image: image, Colour: 'red' } }, /Colour/],
  [
    'a role that does not exist',
    { PrimaryContainer: { Image: image }, ExecutionRoleArn: `${role}-none` },
    /not authorized to perform: sts:AssumeRole/,
  ],
  ['a name that is taken', { PrimaryContainer: { Image: image }, ModelName: 'KNOWN' }, /two models are called KNOWN/],
])('a model with %s is refused', async (_, properties, message) => {
  await expect(model(properties)).rejects.toThrow(message);
});

test('a role that trusts somebody else is refused when the model is created', async () => {
  const ExecutionRoleArn = cloud.role('lambda', [], 'lambda.amazonaws.com');
  await expect(model({ PrimaryContainer: { Image: image }, ExecutionRoleArn })).rejects.toThrow('sts:AssumeRole');
});

const output = { OutputConfig: { S3OutputPath: 's3://models/out' } };
const variant = { VariantName: 'main', ModelName: 'known' };
const capture = {
  InitialSamplingPercentage: 1,
  DestinationS3Uri: 's3://models/c',
  CaptureOptions: [{ CaptureMode: 'Input' }],
};
test.each([
  [
    'a serverless variant',
    { ProductionVariants: [{ ...variant, ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1 } }] },
    /ServerlessConfig/,
  ],
  ['a model that does not exist', { ProductionVariants: [{ ...variant, ModelName: 'none' }] }, /no model called none/],
  [
    'an ARN in place of a name',
    { ProductionVariants: [{ ...variant, ModelName: `arn:aws:sagemaker:${region}:${account}:model/known` }] },
    /not a name that SageMaker takes/,
  ],
  ['two variants of one name', { ProductionVariants: [variant, variant] }, /same name/],
  [
    'a time-out that SageMaker does not take',
    { ProductionVariants: [{ ...variant, ContainerStartupHealthCheckTimeoutInSeconds: 5 }] },
    />=60/,
  ],
  ['a variant without a model or a role', { ProductionVariants: [{ VariantName: 'main' }] }, /ExecutionRoleArn/],
  [
    'two shadows',
    {
      ShadowProductionVariants: [
        { ...variant, VariantName: 's' },
        { ...variant, VariantName: 't' },
      ],
    },
    /<=1 items/,
  ],
  [
    'a queue and a shadow',
    { AsyncInferenceConfig: output, ShadowProductionVariants: [{ ...variant, VariantName: 's' }] },
    /one variant/,
  ],
  ['a queue and data capture', { AsyncInferenceConfig: output, DataCaptureConfig: capture }, /not supported/],
  ['a queue without a place for its answers', { AsyncInferenceConfig: { OutputConfig: {} } }, /S3OutputPath/],
  ['an explainer', { ExplainerConfig: {} }, /ExplainerConfig/],
])('an endpoint configuration with %s is refused', async (_, properties, message) => {
  await expect(config(properties)).rejects.toThrow(message);
});

test('an endpoint needs a configuration that there is, and a name of its own', async () => {
  const endpoint = (EndpointConfigName: string): Promise<string> =>
    cloud.create('AWS::SageMaker::Endpoint', { EndpointName: 'one', EndpointConfigName });
  await expect(endpoint('none')).rejects.toThrow('there is no endpoint configuration called none');
  expect(await config({ EndpointConfigName: 'one-config' })).toBe(
    `arn:aws:sagemaker:${region}:${account}:endpoint-config/one-config`,
  );
  expect(await endpoint('one-config')).toBe(`arn:aws:sagemaker:${region}:${account}:endpoint/one`);
  await expect(endpoint('one-config')).rejects.toThrow('two endpoints are called one');
});
