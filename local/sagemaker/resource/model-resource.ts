import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { type ImagePrograms, programOf } from '../container/image-programs.ts';
import type { Model } from '../definition/model.ts';
import type { Named } from '../definition/named.ts';
import { resourceName } from '../definition/resource-name.ts';
import { s3Place } from '../definition/s3-place.ts';
import type { AssumeRole } from './assume-role.ts';

interface Surroundings {
  readonly models: Named<Model>;
  readonly programs: ImagePrograms;
  readonly assumeRole: AssumeRole;
}

const container = (programs: ImagePrograms) =>
  z
    .strictObject({
      Image: z.string().superRefine((image, context) => {
        try {
          programOf(image, programs);
        } catch (error) {
          context.addIssue({ code: 'custom', message: (error as Error).message });
        }
      }),
      Mode: z.enum(['SingleModel', 'MultiModel']).default('SingleModel'),
      ModelDataUrl: s3Place.optional(),
      ModelDataSource: z
        .strictObject({
          S3DataSource: z.strictObject({
            S3Uri: s3Place,
            S3DataType: z.literal('S3Object'),
            CompressionType: z.literal('Gzip'),
          }),
        })
        .optional(),
      Environment: z.record(z.string(), z.coerce.string()).default({}),
      MultiModelConfig: z.strictObject({ ModelCacheSetting: z.literal('Enabled').optional() }).optional(),
    })
    .superRefine(({ Mode, ModelDataUrl, ModelDataSource }, context) => {
      const issue = (message: string): void => context.addIssue({ code: 'custom', message });
      if (ModelDataUrl !== undefined && ModelDataSource !== undefined) issue('it has ModelDataUrl or ModelDataSource');
      if (Mode === 'MultiModel' && ModelDataUrl === undefined)
        issue('MultiModel needs ModelDataUrl, the prefix of its models');
    });

const properties = (programs: ImagePrograms) =>
  z
    .strictObject({
      ModelName: resourceName.optional(),
      ExecutionRoleArn: z.string(),
      PrimaryContainer: container(programs).optional(),
      Containers: z
        .tuple([container(programs)], { error: 'pipelines of several containers are not supported' })
        .optional(),
    })
    .refine(({ PrimaryContainer, Containers }) => (PrimaryContainer === undefined) !== (Containers === undefined), {
      error: 'a model has either PrimaryContainer or Containers',
    });

const unnamed = 'the one container of a model needs no name';
const isolation =
  'a container is a process here, whose network is that of this machine; it is sent requests and opens no connections';

/**
 * `AWS::SageMaker::Model`: `Ref` is its ARN.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-model.html
 */
export const modelResource = ({
  models,
  programs,
  assumeRole,
}: Surroundings): ResourceType<ReturnType<typeof properties>> => ({
  type: 'AWS::SageMaker::Model',
  properties: properties(programs),
  noLocalEffect: {
    'PrimaryContainer.ContainerHostname': unnamed,
    'Containers.ContainerHostname': unnamed,
    EnableNetworkIsolation: isolation,
    VpcConfig: isolation,
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: declared, physicalId, region, account }) => {
    const definition = declared.PrimaryContainer ?? declared.Containers?.[0];
    if (definition === undefined) throw new Error('the model has no container');
    const name = declared.ModelName ?? physicalId;
    const arn = `arn:aws:sagemaker:${region}:${account}:model/${name.toLowerCase()}`;
    models.add({
      name,
      arn,
      roleArn: declared.ExecutionRoleArn,
      role: assumeRole(declared.ExecutionRoleArn, arn),
      image: definition.Image,
      program: programOf(definition.Image, programs),
      environment: definition.Environment,
      data: definition.ModelDataUrl ?? definition.ModelDataSource?.S3DataSource.S3Uri,
      isMultiModel: definition.Mode === 'MultiModel',
    });
    return { ref: arn, attributes: { ModelName: name, ModelArn: arn } };
  },
});
