import { readFileSync } from 'node:fs';
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { apiKeySource } from './api-key-source.ts';
import { controlMethodAuthorization } from './control-method-authorization.ts';
import { dataCapture } from './data-capture.ts';
import { endpointRollback } from './endpoint-rollback.ts';
import { modelNetworkIsolation } from './model-network-isolation.ts';
import { modelRoleReads } from './model-role-reads.ts';
import { roleWildcards } from './role-wildcards.ts';
import type { Rule, Template } from './rule.ts';
import { tenantIsolation } from './tenant-isolation.ts';
import { tenantMethodAuthorization } from './tenant-method-authorization.ts';
import { usagePlanQuota } from './usage-plan-quota.ts';

const rules: readonly Rule[] = [
  apiKeySource,
  controlMethodAuthorization,
  dataCapture,
  endpointRollback,
  modelNetworkIsolation,
  modelRoleReads,
  roleWildcards,
  tenantIsolation,
  tenantMethodAuthorization,
  usagePlanQuota,
];

/** Runs our own rules over every synthesized template; a finding fails the synthesis. There is no way to acknowledge one. */
export class PlatformRules implements IPolicyValidationPlugin {
  readonly name = 'maas';
  readonly ruleIds = rules.map((rule) => rule.name);

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const templates = context.stackTemplates.map(({ templatePath }) => ({
      templatePath,
      template: JSON.parse(readFileSync(templatePath, 'utf8')) as Template,
    }));
    const violations = rules
      .map((rule) => ({
        ruleName: rule.name,
        description: rule.description,
        fix: rule.fix,
        severity: 'error',
        violatingResources: templates.flatMap(({ templatePath, template }) =>
          rule.check(template).map(({ logicalId, location }) => ({
            resourceLogicalId: logicalId,
            templatePath,
            locations: [location],
          })),
        ),
      }))
      .filter(({ violatingResources }) => violatingResources.length > 0);
    return { success: violations.length === 0, violations };
  }
}
