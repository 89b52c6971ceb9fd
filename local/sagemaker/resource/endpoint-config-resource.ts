import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import type { EndpointConfig, VariantDefinition } from '../definition/endpoint-config.ts';
import type { Model } from '../definition/model.ts';
import type { Named } from '../definition/named.ts';
import { resourceName } from '../definition/resource-name.ts';
import type { AssumeRole } from './assume-role.ts';
import { asynchronousProperties } from './asynchronous-properties.ts';
import { captureProperties } from './capture-properties.ts';
import { variantProperties, variantReasons } from './variant-properties.ts';

interface Surroundings {
  readonly models: Named<Model>;
  readonly configs: Named<EndpointConfig>;
  readonly assumeRole: AssumeRole;
}

const properties = z
  .strictObject({
    EndpointConfigName: resourceName.optional(),
    ProductionVariants: z.array(variantProperties).min(1).max(10),
    ShadowProductionVariants: z.array(variantProperties).max(1).default([]),
    DataCaptureConfig: captureProperties.optional(),
    AsyncInferenceConfig: asynchronousProperties.optional(),
    ExecutionRoleArn: z.string().optional(),
  })
  .superRefine((declared, context) => {
    const { ProductionVariants: variants, ShadowProductionVariants: shadows, AsyncInferenceConfig: queue } = declared;
    const issue = (message: string): void => context.addIssue({ code: 'custom', message });
    const names = [...variants, ...shadows].map(({ VariantName }) => VariantName);
    if (new Set(names).size < names.length) issue('two variants have the same name');
    if (shadows.length > 0 && variants.length > 1) issue('a shadow stands beside one production variant');
    if (shadows.some(({ ModelName }) => ModelName === undefined)) issue('a shadow needs a ModelName');
    if (variants.some(({ ModelName }) => ModelName === undefined) && declared.ExecutionRoleArn === undefined) {
      issue('variants without a ModelName are for inference components, which need an ExecutionRoleArn');
    }
    if (queue === undefined) return;
    if (variants.length > 1 || shadows.length > 0 || variants[0]?.ModelName === undefined) {
      issue('an asynchronous endpoint has one variant, with a ModelName');
    }
    if (declared.DataCaptureConfig !== undefined) issue('data capture of an asynchronous endpoint is not supported');
  });

/**
 * `AWS::SageMaker::EndpointConfig`: `Ref` is its ARN.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-endpointconfig.html
 */
export const endpointConfigResource = ({
  models,
  configs,
  assumeRole,
}: Surroundings): ResourceType<typeof properties> => ({
  type: 'AWS::SageMaker::EndpointConfig',
  properties,
  noLocalEffect: {
    ...variantReasons('ProductionVariants'),
    ...variantReasons('ShadowProductionVariants'),
    'AsyncInferenceConfig.OutputConfig.NotificationConfig':
      'nobody can subscribe to a topic here, so nobody would be told',
    EnableNetworkIsolation: 'a container is a process here, whose network is that of this machine',
    VpcConfig: 'a container is a process here, whose network is that of this machine',
    KmsKeyId: 'the disk of this machine is not encrypted by anything here',
    MetricsConfig: 'there are no metrics here',
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: declared, physicalId, region, account }) => {
    const name = declared.EndpointConfigName ?? physicalId;
    const arn = `arn:aws:sagemaker:${region}:${account}:endpoint-config/${name.toLowerCase()}`;
    const variant = (properties: z.infer<typeof variantProperties>): VariantDefinition => ({
      name: properties.VariantName,
      model: properties.ModelName === undefined ? undefined : models.get(properties.ModelName),
      instanceCount: properties.InitialInstanceCount,
      weight: properties.InitialVariantWeight,
      startupSecondsMax: properties.ContainerStartupHealthCheckTimeoutInSeconds,
    });
    // The models of inference components have roles of their own; this one has to be good all the same.
    if (declared.ExecutionRoleArn !== undefined) assumeRole(declared.ExecutionRoleArn, arn);
    configs.add({
      name,
      arn,
      variants: declared.ProductionVariants.map(variant),
      shadows: declared.ShadowProductionVariants.map(variant),
      capture: declared.DataCaptureConfig,
      asynchronous: declared.AsyncInferenceConfig,
    });
    return { ref: arn, attributes: { EndpointConfigName: name, EndpointConfigArn: arn } };
  },
});
