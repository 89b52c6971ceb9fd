import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Finding, Rule, Template } from './rule.ts';

/** The wildcards that roles may hold: how the resource must end, and for which actions. */
const allowed: readonly { readonly resource: RegExp; readonly actions: RegExp }[] = [
  // X-Ray knows no resources.
  { resource: /^\*$/, actions: /^xray:(PutTraceSegments|PutTelemetryRecords)$/ },
  // Artifacts are named by their digest, which is not known before they come.
  { resource: /\/sha256\/\*$/, actions: /^s3:(GetObject|PutObject)$/ },
  // Native keys get their ids when tenants are created.
  { resource: /\/apikeys\/\*$/, actions: /^apigateway:(PATCH|DELETE)$/ },
];

/** An asterisk more in a policy is a permission that nobody asked for, and the only kind of grant that grows by itself. */
export const roleWildcards: Rule = {
  name: 'role-wildcards',
  description: 'A role may do named actions on named resources; the few wildcards it needs are listed in this rule.',
  fix: 'Name the action and the resource, or add the wildcard to infra/rules/role-wildcards.ts with its reason.',
  check: (template) =>
    statements(template).flatMap(({ logicalId, location, statement }) => {
      if (property(statement, 'Effect') !== 'Allow') return [];
      const findings: Finding[] = [];
      const actions = texts(property(statement, 'Action'));
      // NotAction and NotResource allow all but what they name: wildcards without the asterisk.
      if (actions.length === 0 || actions.some((action) => action.includes('*') || action.includes('?'))) {
        findings.push({ logicalId, location: `${location}/Action` });
      }
      const resources = texts(property(statement, 'Resource'));
      const fine = (resource: string) =>
        !/[*?]/.test(resource) ||
        allowed.some((entry) => entry.resource.test(resource) && actions.every((action) => entry.actions.test(action)));
      if (resources.length === 0 || !resources.every(fine))
        findings.push({ logicalId, location: `${location}/Resource` });
      return findings;
    }),
};

function statements(template: Template): { logicalId: string; location: string; statement: unknown }[] {
  const documents = [
    ...resourcesOfType(template, 'AWS::IAM::Policy'),
    ...resourcesOfType(template, 'AWS::IAM::ManagedPolicy'),
  ].map(({ logicalId, properties }) => ({
    logicalId,
    location: 'Properties/PolicyDocument',
    document: properties['PolicyDocument'],
  }));
  for (const { logicalId, properties } of resourcesOfType(template, 'AWS::IAM::Role')) {
    for (const [index, policy] of list(properties['Policies']).entries()) {
      const location = `Properties/Policies/${index}/PolicyDocument`;
      documents.push({ logicalId, location, document: property(policy, 'PolicyDocument') });
    }
  }
  return documents.flatMap(({ logicalId, location, document }) =>
    list(property(document, 'Statement')).map((statement, index) => ({
      logicalId,
      location: `${location}/Statement/${index}`,
      statement,
    })),
  );
}

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** Each value as text; what a reference stands for is not known here and cannot hold a wildcard, so it reads as its name. */
const texts = (value: unknown): readonly string[] => list(value).map(text);

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = property(value, 'Fn::Join');
  if (Array.isArray(join)) return list(join[1]).map(text).join(String(join[0]));
  const sub = property(value, 'Fn::Sub');
  if (sub !== undefined) return text(Array.isArray(sub) ? sub[0] : sub);
  return '<reference>';
}
