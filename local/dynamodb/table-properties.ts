import * as z from 'zod';

/** The parts of a template's table that both of its resource types share. */
const attributeName = z.string().min(1).max(255);
const keySchema = z
  .array(z.strictObject({ AttributeName: attributeName, KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1)
  .max(2);

export const index = z.strictObject({
  IndexName: z.string().regex(/^[\w.-]{3,255}$/),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).min(1).optional(),
  }),
});

export const tableProperties = {
  TableName: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: attributeName, AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: z.array(index).max(20).optional(),
  LocalSecondaryIndexes: z.array(index).max(5).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: attributeName.optional(), Enabled: z.boolean() }).optional(),
};

const capacity = 'there is no capacity to provision: a table here takes what the machine can do';
const backups = 'there are no continuous backups here; the data folder can be copied while the cloud is stopped';

/** Why these properties change nothing here. */
export const tableNoLocalEffect: Readonly<Record<string, string>> = {
  BillingMode: capacity,
  WarmThroughput: capacity,
  'GlobalSecondaryIndexes.WarmThroughput': capacity,
};

/** The same for what belongs to the table in one of the types, and to its replica in the other. */
export const replicaNoLocalEffect: Readonly<Record<string, string>> = {
  PointInTimeRecoverySpecification: backups,
  DeletionProtectionEnabled: 'nothing here deletes a table; it goes with the data folder',
  TableClass: 'a matter of price',
  ContributorInsightsSpecification: 'for dashboards of CloudWatch, which is not part of the local cloud',
  Tags: 'for people and for bills; no policy here may refer to tags',
};

export { capacity };
