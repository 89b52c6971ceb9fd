import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DeleteItemCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { ControlClient } from '../../cli/control-client.ts';
import { eventTime } from '../../core/metering/event-time.ts';
import type { UsageEvent } from '../../core/metering/usage-event.ts';
import { usageHour } from '../../core/metering/usage-hour.ts';
import { startCloud } from '../../local/cloud.ts';

interface Options {
  /** Folder of the assembly of the stage `dev`. */
  readonly assembly: string;
  /** Folder of all state. */
  readonly data: string;
  /** Takes a line about each unexpected error and each step. */
  readonly log?: (line: string) => void;
}

/** A local cloud as `maas start` runs it, with nothing registered in it. */
export interface OperatedCloud {
  /** Of the tenant API. */
  readonly url: string;
  /** Calls the control API as the operator. */
  readonly client: ControlClient;
  /** All usage events there are, whoever caused them. */
  journal(): Promise<UsageEvent[]>;
  /** Takes an event out of the journal, which no function may do. */
  loseEvent(event: UsageEvent): Promise<void>;
  /** Runs the command line at this cloud's data folder. Rejects when it fails. */
  maas(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a cloud on an assembly that is not quite that of the project, and gives what an operator of it has. */
export async function startCloudWithOperator({ assembly, data, log = () => {} }: Options): Promise<OperatedCloud> {
  const cloud = await startCloud({
    assembly,
    data,
    domains: [
      {
        port: 0,
        apiOutput: { stack: 'maas-dev-api', output: 'TenantApiId' },
        stageOutput: { stack: 'maas-dev-api', output: 'TenantApiStage' },
      },
    ],
    log,
    onProgress: log,
  });
  const outputs = cloud.outputs['maas-dev-api'];
  const client = new ControlClient({
    url: `${cloud.endpoint}/_aws/execute-api/${outputs?.['ControlApiId']}/${outputs?.['ControlApiStage']}`,
    region: cloud.region,
    credentials: cloud.operator,
    label: 'the altered cloud',
  });
  const usageTable = Object.entries(cloud.outputs['maas-dev-data'] ?? {}).find(([name]) => /Refusage/.test(name))?.[1];
  const dynamodb = new DynamoDBClient({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.operator,
  });
  return {
    url: cloud.domains[0] ?? '',
    client,
    journal: async () => {
      const events: UsageEvent[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: usageTable })) {
        for (const item of Items) {
          // Notes of late usage have none.
          const event = unmarshall(item)['event'] as UsageEvent | undefined;
          if (event !== undefined) events.push(event);
        }
      }
      return events;
    },
    loseEvent: async ({ subject, id }) => {
      const pk = `T#${subject}#${usageHour(eventTime(id)).replace(/[-T]/g, '')}#0`;
      await dynamodb.send(new DeleteItemCommand({ TableName: usageTable, Key: marshall({ pk, sk: id }) }));
    },
    maas: async (...args) => {
      const env = { ...process.env, MAAS_DATA: data };
      return (await promisify(execFile)(process.execPath, ['cli/maas.js', ...args], { env })).stdout;
    },
    stop: async () => {
      dynamodb.destroy();
      await cloud.stop();
    },
  };
}
