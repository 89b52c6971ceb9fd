import { routes } from '../../core/api/routes.ts';
import { meteredApis } from './metered-apis.ts';
import { property } from './property.ts';
import { resourcePaths } from './resource-paths.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Finding, Rule } from './rule.ts';

const open = new Set(
  routes
    .filter(({ api, authorization }) => api === 'tenant' && authorization === 'none')
    .map(({ method, path }) => `${method} ${path}`),
);

/**
 * One method without its key would be a way around every quota; one without its authorizer a way around the bill. The route table alone
 * says which methods need neither.
 */
export const tenantMethodAuthorization: Rule = {
  name: 'tenant-method-authorization',
  description:
    'Every method of an API under a usage plan requires the API key and asks an authorizer of that API, unless its route is open.',
  fix: 'Add the method through the route table, not by hand.',
  check: (template) => {
    const metered = meteredApis(template);
    const authorizers = new Map(
      resourcesOfType(template, 'AWS::ApiGateway::Authorizer').map(({ logicalId, properties }) => [
        logicalId,
        property(properties, 'RestApiId', 'Ref'),
      ]),
    );
    const path = resourcePaths(template);
    return resourcesOfType(template, 'AWS::ApiGateway::Method').flatMap(({ logicalId, properties }) => {
      const api = property(properties, 'RestApiId', 'Ref');
      if (typeof api !== 'string' || !metered.has(api)) return [];
      if (open.has(`${String(properties['HttpMethod'])} ${path(property(properties, 'ResourceId', 'Ref')) ?? '/'}`))
        return [];
      const findings: Finding[] = [];
      if (properties['ApiKeyRequired'] !== true) findings.push({ logicalId, location: 'Properties/ApiKeyRequired' });
      if (properties['AuthorizationType'] !== 'CUSTOM') {
        findings.push({ logicalId, location: 'Properties/AuthorizationType' });
      }
      const authorizer = property(properties, 'AuthorizerId', 'Ref');
      if (typeof authorizer !== 'string' || authorizers.get(authorizer) !== api) {
        findings.push({ logicalId, location: 'Properties/AuthorizerId' });
      }
      return findings;
    });
  },
};
