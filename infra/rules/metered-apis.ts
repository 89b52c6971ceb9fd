import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Template } from './rule.ts';

/** Logical ids of the REST APIs that some usage plan covers: the tenants' ones. Every other REST API is the operators'. */
export function meteredApis(template: Template): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { properties } of resourcesOfType(template, 'AWS::ApiGateway::UsagePlan')) {
    const stages = properties['ApiStages'];
    for (const stage of Array.isArray(stages) ? stages : []) {
      const id = property(stage, 'ApiId', 'Ref');
      if (typeof id === 'string') ids.add(id);
    }
  }
  return ids;
}
