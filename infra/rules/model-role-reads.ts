import { policyStatements } from './policy-statements.ts';
import { policyTexts } from './policy-texts.ts';
import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Finding, Rule, Template } from './rule.ts';

/** The one archive of a model; every archive of the endpoint that serves them all; what one model was sent through its queue. */
const archive = /\.tar\.gz$/;
const allArchives = /\/multi-model\/\*$/;
const inputs = /\/asynchronous\/[a-z0-9-]+\/inputs\/\*$/;

/** One model's weights may be worth more than all the rest, and its container is the one place where somebody else's code reads files. */
export const modelRoleReads: Rule = {
  name: 'model-role-reads',
  description:
    'A role of SageMaker reads from S3 one archive, or the archives of the multi-model endpoint, or the inputs of one queue, and lists nothing else.',
  fix: 'Grant s3:GetObject on the archive itself, not on its bucket as Asset.grantRead does.',
  check: (template) => {
    const roles = modelRoles(template);
    const read = new Map<string, Set<string>>();
    return policyStatements(template).flatMap(({ logicalId, location, roles: of, statement }) => {
      const [role] = of.filter((id) => roles.has(id));
      if (role === undefined || property(statement, 'Effect') !== 'Allow') return [];
      const findings: Finding[] = [];
      const actions = policyTexts(property(statement, 'Action'));
      if (actions.some((action) => /^s3:(Get|List)/.test(action))) {
        const archives = read.get(role) ?? read.set(role, new Set()).get(role);
        for (const resource of policyTexts(property(statement, 'Resource'))) {
          if (archive.test(resource) || allArchives.test(resource)) archives?.add(resource);
          else if (inputs.test(resource) || isListingOfArchives(actions, statement)) continue;
          else findings.push({ logicalId, location: `${location}/Resource` });
        }
        if ((archives?.size ?? 0) > 1) findings.push({ logicalId, location: `${location}/Resource` });
      }
      return findings;
    });
  },
};

const modelRoles = (template: Template): ReadonlySet<string> =>
  new Set(
    resourcesOfType(template, 'AWS::IAM::Role')
      .filter(({ properties }) => JSON.stringify(properties['AssumeRolePolicyDocument'] ?? '').includes('sagemaker'))
      .map(({ logicalId }) => logicalId),
  );

function isListingOfArchives(actions: readonly string[], statement: unknown): boolean {
  const prefixes = policyTexts(property(statement, 'Condition', 'StringLike', 's3:prefix'));
  return (
    actions.every((action) => action === 's3:ListBucket') &&
    prefixes.length > 0 &&
    prefixes.every((prefix) => prefix.startsWith('multi-model/'))
  );
}
