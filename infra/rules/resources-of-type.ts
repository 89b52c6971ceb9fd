import type { Template } from './rule.ts';

/** The properties of each resource of a type, by logical id. */
export function resourcesOfType(
  template: Template,
  type: string,
): readonly { readonly logicalId: string; readonly properties: Readonly<Record<string, unknown>> }[] {
  return Object.entries(template.Resources ?? {})
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => ({ logicalId, properties: resource.Properties ?? {} }));
}
