import * as z from 'zod';
import type { CreatedResource, DeclaredResource, ResourceType } from './resource-type.ts';

interface Unaffecting {
  readonly type: string;
  /** Why the type changes nothing on one machine. */
  readonly reason: string;
  /** Those that are not in `named`. Any other is an error. */
  readonly properties: readonly string[];
  /** Those that its name or ARN is made of. */
  readonly named: z.ZodObject;
  /** What templates may refer to. */
  readonly created: (resource: DeclaredResource<Readonly<Record<string, string | undefined>>>) => CreatedResource;
}

/** A resource type without any local effect that others may refer to all the same. */
export const unaffectingResource = ({ type, reason, properties, named, created }: Unaffecting): ResourceType => ({
  type,
  properties: named,
  noLocalEffect: Object.fromEntries(properties.map((property) => [property, reason])),
  create: async (resource) =>
    created({ ...resource, properties: z.record(z.string(), z.string().optional()).parse(resource.properties) }),
});
