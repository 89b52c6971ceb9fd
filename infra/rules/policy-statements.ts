import { asList } from './as-list.ts';
import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Template } from './rule.ts';

/** A statement of a policy, and where it stands. */
export interface PolicyStatement {
  readonly logicalId: string;
  readonly location: string;
  /** Logical ids of the roles that it is for, as far as they are of this template. */
  readonly roles: readonly string[];
  readonly statement: unknown;
}

/** Every statement that a template gives to roles: of policies, of managed policies, and inline. */
export function policyStatements(template: Template): readonly PolicyStatement[] {
  const documents = [
    ...resourcesOfType(template, 'AWS::IAM::Policy'),
    ...resourcesOfType(template, 'AWS::IAM::ManagedPolicy'),
  ].map(({ logicalId, properties }) => ({
    logicalId,
    roles: asList(properties['Roles']).map((role) => String(property(role, 'Ref'))),
    location: 'Properties/PolicyDocument',
    document: properties['PolicyDocument'],
  }));
  for (const { logicalId, properties } of resourcesOfType(template, 'AWS::IAM::Role')) {
    for (const [index, policy] of asList(properties['Policies']).entries()) {
      const location = `Properties/Policies/${index}/PolicyDocument`;
      documents.push({ logicalId, roles: [logicalId], location, document: property(policy, 'PolicyDocument') });
    }
  }
  return documents.flatMap(({ logicalId, roles, location, document }) =>
    asList(property(document, 'Statement')).map((statement, index) => ({
      logicalId,
      roles,
      location: `${location}/Statement/${index}`,
      statement,
    })),
  );
}
