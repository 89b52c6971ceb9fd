import { Logger } from '@aws-lambda-powertools/logger';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from 'uuidv7';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { AnsweredRepeats } from '../../core/metering/idempotency/answered-repeats.ts';
import { JournalReader } from '../../core/metering/journal-reader.ts';
import { JournalledRequests } from '../../core/metering/reconcile/journalled-requests.ts';
import { LogLines } from '../../core/metering/reconcile/log-lines.ts';
import { Reconciliations } from '../../core/metering/reconcile/reconciliations.ts';
import { UsageVoids } from '../../core/metering/usage-voids.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { environmentVariable } from '../environment-variable.ts';
import { reconcileOnSchedule } from './reconcile-on-schedule.ts';

const client = new DynamoDB({});
const now = (): Date => new Date();
const usageTable = environmentVariable('USAGE_TABLE');
const stage = environmentVariable('MAAS_STAGE');
const journal = new JournalReader(client, usageTable);

/** Compares what the gateway answered with what the journal has. Run by a schedule, and by the control function for operators. */
export const handler = reconcileOnSchedule({
  reconciling: {
    // Five pages a second is all that CloudWatch allows; the SDK waits between its tries.
    logs: new LogLines(new CloudWatchLogsClient({ maxAttempts: 10 })),
    accessLog: environmentVariable('ACCESS_LOG'),
    functionLogs: environmentVariable('FUNCTION_LOGS').split(' '),
    requests: new JournalledRequests(client, usageTable),
    journal,
    repeats: new AnsweredRepeats(client, environmentVariable('IDEMPOTENCY_TABLE'), now),
    voids: new UsageVoids({
      reader: journal,
      journal: new DynamoDBJournal(client, usageTable, now),
      source: `maas/${environmentVariable('AWS_REGION')}/${stage}`,
      newId: uuidv7,
      now,
    }),
    now,
  },
  results: new Reconciliations(client, environmentVariable('RECONCILIATIONS_TABLE')),
  tenants: new DynamoDBTenants(client, environmentVariable('TENANTS_TABLE')),
  logger: new Logger({ serviceName: 'reconcile' }),
  stage,
  // Powertools writes its lines the same way: past Lambda's own `console`, which puts something before each.
  writeMetric: (line) => process.stdout.write(`${line}\n`),
});
