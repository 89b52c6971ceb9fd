import { meteredApis } from './metered-apis.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Rule } from './rule.ts';

/** With the default source, API Gateway would take the native key from the client's x-api-key header and never ask the authorizer. */
export const apiKeySource: Rule = {
  name: 'api-key-source',
  description: 'An API under a usage plan takes the key from its authorizer, so that the native keys stay hidden.',
  fix: 'Set apiKeySourceType: ApiKeySourceType.AUTHORIZER.',
  check: (template) => {
    const metered = meteredApis(template);
    return resourcesOfType(template, 'AWS::ApiGateway::RestApi')
      .filter(({ logicalId }) => metered.has(logicalId))
      .filter(({ properties }) => properties['ApiKeySourceType'] !== 'AUTHORIZER')
      .map(({ logicalId }) => ({ logicalId, location: 'Properties/ApiKeySourceType' }));
  },
};
