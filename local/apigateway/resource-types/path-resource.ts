import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { identifier } from '../definition/identifier.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const properties = z.strictObject({
  ParentId: z.string(),
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
  PathPart: z
    .string()
    .regex(/^(\{[\w.:-]+\+?\}|[\w.,:~!$&'()*+=-]+)$/, 'is neither a literal segment nor one {parameter}'),
  RestApiId: z.string(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-resource.html */
export const pathResourceType = ({ registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::Resource',
  properties,
  noLocalEffect: {},
  async create({ physicalId, properties: { ParentId, PathPart, RestApiId } }) {
    const { paths } = registry.api(RestApiId);
    const parent = paths.get(ParentId);
    if (parent === undefined) throw new Error(`the REST API ${RestApiId} has no resource ${ParentId}`);
    const path = parent === '/' ? `/${PathPart}` : `${parent}/${PathPart}`;
    const id = identifier(physicalId, 6);
    if ([...paths].some(([otherId, other]) => other === path && otherId !== id)) {
      throw new Error(`the REST API ${RestApiId} has a resource ${path} already`);
    }
    paths.set(id, path);
    return { ref: id, attributes: { ResourceId: id } };
  },
});
