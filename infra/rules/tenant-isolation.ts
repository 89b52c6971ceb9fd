import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Finding, Rule, Template } from './rule.ts';

const tenantIdHeader = 'integration.request.header.X-Amz-Tenant-Id';

/** Whether a value of the template names one of these resources. */
const names = (value: unknown, logicalIds: ReadonlySet<string>): boolean => {
  if (typeof value === 'string') return logicalIds.has(value);
  return typeof value === 'object' && value !== null && Object.values(value).some((part) => names(part, logicalIds));
};

/** What AWS has not for functions in tenant isolation mode: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html */
function excluded(template: Template): Finding[] {
  const functions = resourcesOfType(template, 'AWS::Lambda::Function').filter(
    ({ properties }) => property(properties, 'TenancyConfig', 'TenantIsolationMode') === 'PER_TENANT',
  );
  const isolated = new Set(functions.map(({ logicalId }) => logicalId));
  const of = (type: string, target: string, without: string) =>
    resourcesOfType(template, type)
      .filter(({ properties }) => names(properties[target], isolated) && property(properties, without) !== undefined)
      .map(({ logicalId }) => ({ logicalId, location: `Properties/${without}` }));
  return [
    ...functions
      .filter(({ properties }) => properties['SnapStart'] !== undefined)
      .map(({ logicalId }) => ({ logicalId, location: 'Properties/SnapStart' })),
    ...of('AWS::Lambda::Alias', 'FunctionName', 'ProvisionedConcurrencyConfig'),
    ...of('AWS::Lambda::Version', 'FunctionName', 'ProvisionedConcurrencyConfig'),
    ...of('AWS::Lambda::Url', 'TargetFunctionArn', 'TargetFunctionArn'),
    ...of('AWS::Lambda::EventSourceMapping', 'FunctionName', 'FunctionName'),
  ];
}

/** Isolation by a tenant id is as good as the id: a client that could choose it would be let into another tenant's process. */
const chosenByClient = (template: Template): Finding[] =>
  resourcesOfType(template, 'AWS::ApiGateway::Method')
    .filter(({ properties }) => {
      const source = property(properties, 'Integration', 'RequestParameters', tenantIdHeader);
      return source !== undefined && source !== 'context.authorizer.tenant';
    })
    .map(({ logicalId }) => ({ logicalId, location: `Properties/Integration/RequestParameters/${tenantIdHeader}` }));

/** The first half fails only when it is deployed, the second never. */
export const tenantIsolation: Rule = {
  name: 'tenant-isolation',
  description:
    'A function in tenant isolation mode has nothing that AWS excludes there, and is told the tenant by the authorizer.',
  fix: 'Take SnapStart, provisioned concurrency, URLs and event sources from it; map X-Amz-Tenant-Id from context.authorizer.tenant.',
  check: (template) => [...excluded(template), ...chosenByClient(template)],
};
