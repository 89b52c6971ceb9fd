import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';

/**
 * What a caller of these endpoints needs `sagemaker:InvokeEndpoint` on: the endpoints, and the inference components that it names.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function endpointArns(scope: Construct, endpoints: GpuEndpoints | undefined): readonly string[] {
  const arn = (resource: 'endpoint' | 'inference-component', resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName });
  if (endpoints === undefined) return [];
  const { models, multiModel } = endpoints;
  return [...Object.values(models), ...(multiModel === undefined ? [] : [multiModel])].flatMap(
    ({ endpoint, inferenceComponent }) => [
      arn('endpoint', endpoint),
      ...(inferenceComponent === undefined ? [] : [arn('inference-component', inferenceComponent)]),
    ],
  );
}
