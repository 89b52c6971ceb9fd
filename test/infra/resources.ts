import type { Resource, Template } from './template.ts';

/** The resources of a type by logical id. */
export const resources = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** The only resource of a type whose construct path matches. */
export function resource(template: Template, type: string, path: RegExp): Resource {
  const found = resources(template, type).filter(([, { Metadata }]) => path.test(Metadata?.['aws:cdk:path'] ?? ''));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} match ${path}`);
  return (found[0] as readonly [string, Resource])[1];
}
