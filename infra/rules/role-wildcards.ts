import { policyStatements } from './policy-statements.ts';
import { policyTexts } from './policy-texts.ts';
import { property } from './property.ts';
import type { Finding, Rule } from './rule.ts';

/** The wildcards that roles may hold: how the resource must end, and for which actions. */
const allowed: readonly { readonly resource: RegExp; readonly actions: RegExp }[] = [
  // X-Ray knows no resources, nor does AWS Marketplace, which takes records for the licenses of the seller alone.
  {
    resource: /^\*$/,
    actions: /^(xray:(PutTraceSegments|PutTelemetryRecords)|aws-marketplace:BatchMeterUsage)$/,
  },
  // Artifacts are named by their digest, which is not known before they come.
  { resource: /\/sha256\/\*$/, actions: /^s3:(GetObject|PutObject)$/ },
  // So are the archives that the shared GPU endpoint loads, below the models' names.
  { resource: /\/multi-model\/\*$/, actions: /^s3:(GetObject|PutObject)$/ },
  // Usage in the ledger is named by tenant, hour and version.
  { resource: /\/usage\/\*$/, actions: /^s3:(GetObject|PutObject)$/ },
  // FOCUS files are named by their month.
  { resource: /\/focus\/\*$/, actions: /^s3:(GetObject|PutObject)$/ },
  // One model's own folders of what it was sent and what it answered.
  { resource: /\/asynchronous\/[a-z0-9-]+\/inputs\/\*$/, actions: /^s3:GetObject$/ },
  { resource: /\/asynchronous\/[a-z0-9-]+\/(outputs|failures)\/\*$/, actions: /^s3:PutObject$/ },
  { resource: /\/capture\/[a-z0-9-]+\/\*$/, actions: /^s3:PutObject$/ },
  // A login to all registries, and metrics, neither of which knows resources.
  { resource: /^\*$/, actions: /^(ecr:GetAuthorizationToken|cloudwatch:PutMetricData)$/ },
  // Native keys get their ids when tenants are created.
  { resource: /\/apikeys\/\*$/, actions: /^apigateway:(PATCH|DELETE)$/ },
  // They move from plan to plan, and take what they used along.
  { resource: /\/usageplans\/[^/]+\/keys\/\*$/, actions: /^apigateway:DELETE$/ },
  { resource: /\/usageplans\/[^/]+\/keys\/\*\/usage$/, actions: /^apigateway:PATCH$/ },
];

/** An asterisk more in a policy is a permission that nobody asked for, and the only kind of grant that grows by itself. */
export const roleWildcards: Rule = {
  name: 'role-wildcards',
  description: 'A role may do named actions on named resources; the few wildcards it needs are listed in this rule.',
  fix: 'Name the action and the resource, or add the wildcard to infra/rules/role-wildcards.ts with its reason.',
  check: (template) =>
    policyStatements(template).flatMap(({ logicalId, location, statement }) => {
      if (property(statement, 'Effect') !== 'Allow') return [];
      const findings: Finding[] = [];
      const actions = policyTexts(property(statement, 'Action'));
      // NotAction and NotResource allow all but what they name: wildcards without the asterisk.
      if (actions.length === 0 || actions.some((action) => action.includes('*') || action.includes('?'))) {
        findings.push({ logicalId, location: `${location}/Action` });
      }
      const resources = policyTexts(property(statement, 'Resource'));
      const fine = (resource: string) =>
        !/[*?]/.test(resource) ||
        allowed.some((entry) => entry.resource.test(resource) && actions.every((action) => entry.actions.test(action)));
      if (resources.length === 0 || !resources.every(fine))
        findings.push({ logicalId, location: `${location}/Resource` });
      return findings;
    }),
};
