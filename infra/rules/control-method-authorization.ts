import { meteredApis } from './metered-apis.ts';
import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Rule } from './rule.ts';

/** Taken from the other side: what no usage plan covers is the operators', so a method outside both kinds of API cannot exist. */
export const controlMethodAuthorization: Rule = {
  name: 'control-method-authorization',
  description: 'Every method of an API without usage plans is authorized by IAM.',
  fix: 'Set authorizationType: AuthorizationType.IAM, or put the API under a usage plan.',
  check: (template) => {
    const metered = meteredApis(template);
    return resourcesOfType(template, 'AWS::ApiGateway::Method')
      .filter(({ properties }) => {
        const api = property(properties, 'RestApiId', 'Ref');
        return typeof api !== 'string' || !metered.has(api);
      })
      .filter(({ properties }) => properties['AuthorizationType'] !== 'AWS_IAM')
      .map(({ logicalId }) => ({ logicalId, location: 'Properties/AuthorizationType' }));
  },
};
