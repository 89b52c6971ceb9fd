import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import type { Keys } from '../kms/keys.ts';
import { EngineProcess } from './engine-process.ts';
import { globalTableResource } from './global-table-resource.ts';
import { dynamodbService } from './service.ts';
import { tableResource } from './table-resource.ts';
import type { Tables } from './tables.ts';

export interface DynamoDBOptions {
  /** The tables are in its folder `dynamodb`. */
  readonly dataDir: string;
  readonly region: string;
  readonly account: string;
  readonly keys: Keys;
  /** Takes a line about each unexpected error. */
  readonly log: (line: string) => void;
  /** Milliseconds between two searches for expired items. @default ten minutes; AWS promises "within a few days" */
  readonly sweepMs?: number;
}

export interface DynamoDB {
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
  /** The process that holds the tables, for those who want to see it fall; undefined while there is none. */
  enginePid(): number | undefined;
  stop(): Promise<void>;
}

/**
 * Starts DynamoDB over a data folder.
 *
 * @throws when the tables cannot be opened, e.g. because another cloud runs on the same folder
 */
export const startDynamoDB = async (options: DynamoDBOptions): Promise<DynamoDB> => {
  const { dataDir, region, account, keys, log, sweepMs = 10 * 60 * 1000 } = options;
  const folder = join(dataDir, 'dynamodb');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const engine = new EngineProcess({ folder, region, account, sweepMs }, log);
  await engine.started();
  const tables: Tables = new Map();
  const parts = { engine, tables, keys, region, account, log };
  return {
    service: dynamodbService(parts),
    resourceTypes: [globalTableResource(parts), tableResource(parts)],
    enginePid: () => engine.pid,
    stop: () => engine.stop(),
  };
};
