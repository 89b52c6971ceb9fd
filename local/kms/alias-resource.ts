import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { Keys } from './keys.ts';

const properties = z.strictObject({
  AliasName: z.string().regex(/^alias\/[\w/-]{1,250}$/),
  TargetKeyId: z.string(),
});

/** `AWS::KMS::Alias`: `Ref` is its name. */
export const aliasResource = (keys: Keys): ResourceType<typeof properties> => ({
  type: 'AWS::KMS::Alias',
  properties,
  noLocalEffect: {},
  create: async ({ properties: alias }) => {
    keys.putAlias(alias.AliasName, alias.TargetKeyId);
    return { ref: alias.AliasName, attributes: {} };
  },
});
