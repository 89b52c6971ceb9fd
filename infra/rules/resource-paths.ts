import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Template } from './rule.ts';

/** Gives the whole path of an API Gateway resource by its logical id, such as `/keys/revoke`. Undefined for anything else. */
export function resourcePaths(template: Template): (logicalId: unknown) => string | undefined {
  const resources = new Map(
    resourcesOfType(template, 'AWS::ApiGateway::Resource').map(({ logicalId, properties }) => [logicalId, properties]),
  );
  const path = (logicalId: unknown): string | undefined => {
    const found = typeof logicalId === 'string' ? resources.get(logicalId) : undefined;
    if (found === undefined) return undefined;
    // The parent of the first segment is the API's root, which is no resource of the template.
    return `${path(property(found, 'ParentId', 'Ref')) ?? ''}/${String(found['PathPart'])}`;
  };
  return path;
}
