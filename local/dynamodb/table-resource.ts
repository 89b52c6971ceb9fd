import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { declareTable, type TableParts } from './declare-table.ts';
import { capacity, replicaNoLocalEffect, tableNoLocalEffect, tableProperties } from './table-properties.ts';

const properties = z.strictObject({
  ...tableProperties,
  SSESpecification: z
    .strictObject({
      SSEEnabled: z.boolean(),
      SSEType: z.literal('KMS').optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
});

/** `AWS::DynamoDB::Table`: `Ref` is its name. Streams do not exist here, so a table with one is an error. */
export const tableResource = (parts: TableParts): ResourceType<typeof properties> => ({
  type: 'AWS::DynamoDB::Table',
  properties,
  noLocalEffect: {
    ...tableNoLocalEffect,
    ...replicaNoLocalEffect,
    ProvisionedThroughput: capacity,
    OnDemandThroughput: capacity,
    'GlobalSecondaryIndexes.ProvisionedThroughput': capacity,
    'GlobalSecondaryIndexes.OnDemandThroughput': capacity,
    'GlobalSecondaryIndexes.ContributorInsightsSpecification':
      'for dashboards of CloudWatch, which is not part of the local cloud',
  },
  create: (resource) => {
    const { SSESpecification: encryption } = resource.properties;
    return declareTable(parts, resource, encryption?.SSEEnabled ? encryption.KMSMasterKeyId : undefined);
  },
});
