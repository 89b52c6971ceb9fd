import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { resourceName } from '../definition/resource-name.ts';
import { Endpoint } from '../hosting/endpoint.ts';
import type { Host } from '../hosting/host.ts';
import type { SageMakerState } from '../sagemaker-state.ts';

const properties = z.strictObject({ EndpointName: resourceName.optional(), EndpointConfigName: resourceName });
const noUpdate = 'an endpoint is made anew at each start and never updated';

/**
 * `AWS::SageMaker::Endpoint`: `Ref` is its ARN. It is there at once and comes into service in the background.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-endpoint.html
 */
export const endpointResource = (
  { configs, endpoints }: SageMakerState,
  host: Host,
): ResourceType<typeof properties> => ({
  type: 'AWS::SageMaker::Endpoint',
  properties,
  noLocalEffect: {
    DeploymentConfig: noUpdate,
    RetainAllVariantProperties: noUpdate,
    ExcludeRetainedVariantProperties: noUpdate,
    RetainDeploymentConfig: noUpdate,
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: declared, physicalId }) => {
    const name = declared.EndpointName ?? physicalId;
    const config = configs.get(declared.EndpointConfigName);
    if (endpoints.find(name) !== undefined) throw new Error(`two endpoints are called ${name}`);
    const endpoint = new Endpoint(name, config, host);
    endpoints.add(endpoint);
    return { ref: endpoint.arn, attributes: { EndpointName: name, EndpointArn: endpoint.arn } };
  },
});
