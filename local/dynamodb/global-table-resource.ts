import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { declareTable, type TableParts } from './declare-table.ts';
import { capacity, replicaNoLocalEffect, tableNoLocalEffect, tableProperties } from './table-properties.ts';

const properties = z.strictObject({
  ...tableProperties,
  SSESpecification: z.strictObject({ SSEEnabled: z.boolean(), SSEType: z.literal('KMS').optional() }).optional(),
  Replicas: z
    .array(
      z.strictObject({
        Region: z.string(),
        SSESpecification: z.strictObject({ KMSMasterKeyId: z.string() }).optional(),
      }),
    )
    .length(1, 'a table has one replica here, in the one region that there is'),
});

const replica = Object.fromEntries(
  Object.entries(replicaNoLocalEffect).map(([name, reason]) => [`Replicas.${name}`, reason]),
);

/** `AWS::DynamoDB::GlobalTable` with one replica, which is what CDK's TableV2 makes: `Ref` is its name. */
export const globalTableResource = (parts: TableParts): ResourceType<typeof properties> => ({
  type: 'AWS::DynamoDB::GlobalTable',
  properties,
  noLocalEffect: {
    ...tableNoLocalEffect,
    ...replica,
    WriteProvisionedThroughputSettings: capacity,
    WriteOnDemandThroughputSettings: capacity,
    'GlobalSecondaryIndexes.WriteProvisionedThroughputSettings': capacity,
    'GlobalSecondaryIndexes.WriteOnDemandThroughputSettings': capacity,
    'Replicas.ReadProvisionedThroughputSettings': capacity,
    'Replicas.ReadOnDemandThroughputSettings': capacity,
    // Holds capacity and CloudWatch settings by index; the indexes themselves belong to the table.
    'Replicas.GlobalSecondaryIndexes': capacity,
  },
  create: async (resource) => {
    const { Replicas, SSESpecification } = resource.properties;
    const [only] = Replicas;
    if (only?.Region !== resource.region) {
      throw new Error(`the replica of ${resource.logicalId} is in ${only?.Region}, the cloud in ${resource.region}`);
    }
    const key = SSESpecification?.SSEEnabled ? only.SSESpecification?.KMSMasterKeyId : undefined;
    return declareTable(parts, resource, key);
  },
});
