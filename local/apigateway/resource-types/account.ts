import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';

const properties = z.strictObject({});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html */
export const accountType = (): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::Account',
  properties,
  noLocalEffect: { CloudWatchRoleArn: 'logs go to files, which needs no role' },
  create: async ({ physicalId }) => ({ ref: physicalId, attributes: { Id: physicalId } }),
});
