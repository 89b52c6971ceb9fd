import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { compileAccessLog } from '../definition/access-log-setting.ts';
import { compileStage } from '../definition/compile-stage.ts';
import { reasons } from './common-reasons.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({
  AccessLogSetting: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  // The cache of responses: on it changes what clients see, off it changes nothing.
  CacheClusterEnabled: z.literal(false, 'the response cache is not emulated').optional(),
  DeploymentId: z.string(),
  MethodSettings: z
    .array(
      z.strictObject({
        CachingEnabled: z.literal(false, 'the response cache is not emulated').optional(),
        HttpMethod: z.string(),
        ResourcePath: z.string(),
        ThrottlingBurstLimit: z.int().min(0).optional(),
        ThrottlingRateLimit: z.number().min(0).optional(),
      }),
    )
    .default([]),
  RestApiId: z.string(),
  StageName: z.string().regex(/^[\w-]{1,128}$/, 'may hold letters, digits, - and _'),
  Variables: z.record(z.string(), z.string()).default({}),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html */
export const stageType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::Stage',
  properties,
  noLocalEffect: {
    Description: reasons.description,
    'MethodSettings.CacheDataEncrypted': 'the response cache is not emulated',
    'MethodSettings.DataTraceEnabled': 'payloads are never logged here',
    'MethodSettings.LoggingLevel': 'the execution log always has the errors and nothing else',
    'MethodSettings.MetricsEnabled': 'CloudWatch metrics are not emulated',
    Tags: reasons.tags,
    TracingEnabled: 'X-Ray is not emulated',
  },
  async create({ account, region, properties: declared }) {
    const { AccessLogSetting, DeploymentId, RestApiId, StageName } = declared;
    const deployment = registry.deployments.get(DeploymentId);
    if (deployment?.id !== RestApiId) throw new Error(`the REST API ${RestApiId} has no deployment ${DeploymentId}`);
    const stage = compileStage(deployment, {
      name: StageName,
      account,
      region,
      deploymentId: DeploymentId,
      variables: declared.Variables,
      methodSettings: declared.MethodSettings,
      accessLog: AccessLogSetting && compileAccessLog(AccessLogSetting.DestinationArn, AccessLogSetting.Format),
    });
    registry.addStage(stage);
    return { ref: StageName, attributes: {} };
  },
});
