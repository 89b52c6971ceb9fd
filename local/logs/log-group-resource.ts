import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { LogGroups } from './log-groups.ts';

const properties = z.strictObject({
  LogGroupName: z
    .string()
    .regex(/^[\w.\-/#]{1,512}$/)
    .optional(),
});

/** `AWS::Logs::LogGroup`: `Ref` is its name. Its file appears with the first line. */
export const logGroupResource = (groups: LogGroups): ResourceType<typeof properties> => ({
  type: 'AWS::Logs::LogGroup',
  properties,
  noLocalEffect: {
    RetentionInDays: 'files are kept by size, not by age',
    KmsKeyId: 'files are as safe as the folder they are in',
    LogGroupClass: 'a matter of price and of queries',
    Tags: 'for people and for bills',
  },
  create: async ({ properties: { LogGroupName }, physicalId, region, account }) => {
    const name = LogGroupName ?? physicalId;
    groups.declare(name);
    return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` } };
  },
});
