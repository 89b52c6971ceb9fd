import type * as z from 'zod';
import type { CreatedResource, DeclaredResource } from '../cloudformation/resource-type.ts';
import type { Keys } from '../kms/keys.ts';
import type { TableDefinition } from './engine/table-definition.ts';
import type { EngineProcess } from './engine-process.ts';
import type { tableProperties } from './table-properties.ts';
import type { Tables } from './tables.ts';

type Properties = z.infer<z.ZodObject<typeof tableProperties>>;

export interface TableParts {
  readonly engine: EngineProcess;
  readonly tables: Tables;
  readonly keys: Keys;
}

/**
 * Makes a declared table be there, or be as it is declared now.
 *
 * @param keyId of its customer managed key, in any form that KMS takes
 * @throws when the table that is there cannot become the declared one
 */
export const declareTable = async (
  { engine, tables, keys }: TableParts,
  { properties, physicalId }: DeclaredResource<Properties>,
  keyId: string | undefined,
): Promise<CreatedResource> => {
  const name = properties.TableName ?? physicalId;
  const { TimeToLiveSpecification: ttl, GlobalSecondaryIndexes: indexes = [] } = properties;
  const definition: TableDefinition = {
    name,
    keySchema: properties.KeySchema,
    attributes: properties.AttributeDefinitions,
    globalIndexes: indexes,
    localIndexes: properties.LocalSecondaryIndexes ?? [],
    ...(ttl?.Enabled && ttl.AttributeName !== undefined && { timeToLive: ttl.AttributeName }),
  };
  const keyArn = keyId === undefined ? undefined : keys.arnOf(keyId);
  const { status, body } = await engine.call('EnsureTable', JSON.stringify(definition));
  const table = JSON.parse(body) as { message?: string; TableArn: string; TableId: string };
  if (status !== 200) {
    throw new Error(`the table ${name} cannot be made: ${table.message ?? 'the engine failed'}`);
  }
  const partitionKey = ({ KeySchema: keys }: { KeySchema: Properties['KeySchema'] }): string =>
    keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  tables.set(name, {
    partitionKey: partitionKey(properties),
    indexPartitionKeys: new Map(
      [...indexes, ...definition.localIndexes].map((each) => [
        each.IndexName,
        each.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
      ]),
    ),
    keyArn,
  });
  return { ref: name, attributes: { Arn: table.TableArn, TableId: table.TableId } };
};
