import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { reasons } from './common-reasons.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({ RestApiId: z.string() });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html */
export const deploymentType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::Deployment',
  properties,
  noLocalEffect: { Description: reasons.description },
  async create({ physicalId, properties: { RestApiId } }) {
    const api = registry.api(RestApiId);
    // AWS: "The REST API doesn't contain any methods".
    if (api.methods.size === 0)
      throw new Error(`the REST API ${RestApiId} has no methods yet, so it cannot be deployed`);
    const id = registry.deploy(api, physicalId);
    return { ref: id, attributes: { DeploymentId: id } };
  },
});
