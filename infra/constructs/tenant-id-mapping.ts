import type { LambdaIntegrationOptions } from 'aws-cdk-lib/aws-apigateway';
import { type IFunction, TenancyConfig } from 'aws-cdk-lib/aws-lambda';

/**
 * Tells a function in tenant isolation mode whose request it gets: as the authorizer found by the key, never as a client says.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html
 */
export const tenantIdMapping = (handler: IFunction): Pick<LambdaIntegrationOptions, 'requestParameters'> =>
  handler.tenancyConfig === TenancyConfig.PER_TENANT
    ? { requestParameters: { 'integration.request.header.X-Amz-Tenant-Id': 'context.authorizer.tenant' } }
    : {};
