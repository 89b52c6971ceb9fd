import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Finding, Rule } from './rule.ts';

const periods: readonly unknown[] = ['DAY', 'WEEK', 'MONTH'];

/** CDK renders a quota with limit 0 as one without a limit, and the validators let any period pass. */
export const usagePlanQuota: Rule = {
  name: 'usage-plan-quota',
  description:
    'A usage plan has a quota of at least 1 request per DAY, WEEK or MONTH, or its tenants call without limit.',
  fix: 'Give the plan a quota in infra/settings/stages.ts; suspend a tenant who must not call.',
  check: (template) =>
    resourcesOfType(template, 'AWS::ApiGateway::UsagePlan').flatMap(({ logicalId, properties }) => {
      const findings: Finding[] = [];
      const limit = property(properties, 'Quota', 'Limit');
      if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) {
        findings.push({ logicalId, location: 'Properties/Quota/Limit' });
      }
      if (!periods.includes(property(properties, 'Quota', 'Period'))) {
        findings.push({ logicalId, location: 'Properties/Quota/Period' });
      }
      return findings;
    }),
};
