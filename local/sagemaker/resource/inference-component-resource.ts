import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { resourceName } from '../definition/resource-name.ts';
import type { Host } from '../hosting/host.ts';
import { InferenceComponent } from '../hosting/inference-component.ts';
import type { SageMakerState } from '../sagemaker-state.ts';

const properties = z.strictObject({
  InferenceComponentName: resourceName.optional(),
  EndpointName: resourceName,
  VariantName: resourceName,
  Specification: z.strictObject({
    ModelName: resourceName,
    StartupParameters: z
      .strictObject({
        ContainerStartupHealthCheckTimeoutInSeconds: z.coerce.number().int().min(60).max(3600).optional(),
      })
      .optional(),
  }),
  RuntimeConfig: z.strictObject({ CopyCount: z.coerce.number().int().min(0).default(1) }).default({ CopyCount: 1 }),
});

/**
 * `AWS::SageMaker::InferenceComponent`: `Ref` is its ARN.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-inferencecomponent.html
 */
export const inferenceComponentResource = (
  { models, endpoints }: SageMakerState,
  host: Host,
): ResourceType<typeof properties> => ({
  type: 'AWS::SageMaker::InferenceComponent',
  properties,
  noLocalEffect: {
    EndpointArn: 'the endpoint is found by its name',
    DeploymentConfig: 'a component is made anew at each start and never updated',
    'Specification.ComputeResourceRequirements': 'components share this machine, as all processes do',
    'Specification.SchedulingConfig': 'one process stands for all copies',
    'Specification.DataCacheConfig': 'models are kept on the disk of this machine',
    'Specification.StartupParameters.ModelDataDownloadTimeoutInSeconds': 'models come from the disk of this machine',
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: declared, physicalId, region, account }) => {
    const { EndpointName, VariantName, Specification, RuntimeConfig } = declared;
    const name = declared.InferenceComponentName ?? physicalId;
    const endpoint = endpoints.get(EndpointName);
    const variant = endpoint.variants.find(({ definition }) => definition.name === VariantName);
    if (variant === undefined) throw new Error(`the endpoint ${EndpointName} has no variant ${VariantName}`);
    if (variant.server !== undefined) throw new Error(`the variant ${VariantName} has a model of its own`);
    if (endpoint.components.has(name)) throw new Error(`two inference components are called ${name}`);
    const definition = {
      name,
      model: models.get(Specification.ModelName),
      copyCount: RuntimeConfig.CopyCount,
      startupSecondsMax: Specification.StartupParameters?.ContainerStartupHealthCheckTimeoutInSeconds ?? 480,
    };
    if (definition.model.isMultiModel) throw new Error('an inference component has one model');
    endpoint.components.set(name, new InferenceComponent(definition, endpoint, variant, host));
    const arn = `arn:aws:sagemaker:${region}:${account}:inference-component/${name.toLowerCase()}`;
    return { ref: arn, attributes: { InferenceComponentArn: arn } };
  },
});
