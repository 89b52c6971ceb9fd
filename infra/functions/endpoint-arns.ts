import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';

/**
 * What these endpoints are in policies. A caller needs `sagemaker:InvokeEndpoint` on the endpoints and on the inference components that it
 * names.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function endpointArns(
  scope: Construct,
  endpoints: GpuEndpoints | undefined,
): { readonly endpoints: readonly string[]; readonly components: readonly string[] } {
  const arn = (resource: 'endpoint' | 'inference-component', resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName });
  const { models = {}, multiModel } = endpoints ?? {};
  const all = [...Object.values(models), ...(multiModel === undefined ? [] : [multiModel])];
  return {
    endpoints: all.map(({ endpoint }) => arn('endpoint', endpoint)),
    components: all.flatMap(({ inferenceComponent }) =>
      inferenceComponent === undefined ? [] : [arn('inference-component', inferenceComponent)],
    ),
  };
}
