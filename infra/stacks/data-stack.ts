import { RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { tables } from '../../core/storage/tables.ts';
import { AccessLogBucket } from '../constructs/access-log-bucket.ts';
import { AlertsTopic } from '../constructs/alerts-topic.ts';
import { DataBucket } from '../constructs/data-bucket.ts';
import { PlatformTable } from '../constructs/platform-table.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import { PlatformStack } from './platform-stack.ts';

/** What must outlive every deployment: the key, the tables, the buckets. */
export class DataStack extends PlatformStack {
  readonly key: Key;
  readonly tables: Readonly<Record<keyof typeof tables, PlatformTable>>;
  readonly artifacts: Bucket;
  readonly results: Bucket;
  /** Where people learn that something wants them. */
  readonly alerts: Topic;
  /** Usage for good. */
  readonly ledger: Bucket;
  /** Files that others fetch; all can be made again. */
  readonly exports: Bucket;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id, settings, 'MaaS: tenants, models, usage and the files behind them');

    this.key = new Key(this, 'Key', {
      alias: `maas-${settings.name}`,
      description: `Encrypts the data of MaaS ${settings.name}`,
      enableKeyRotation: true,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });

    this.alerts = new AlertsTopic(this, 'Alerts', this.key, settings.alertEmail).topic;

    const table = (name: keyof typeof tables) => new PlatformTable(this, name, tables[name], this.key, settings);
    this.tables = {
      tenants: table('tenants'),
      keys: table('keys'),
      catalog: table('catalog'),
      audit: table('audit'),
      usage: table('usage'),
      idempotency: table('idempotency'),
      limits: table('limits'),
      rollups: table('rollups'),
      reconciliations: table('reconciliations'),
      billing: table('billing'),
      exports: table('exports'),
    };

    // CDK's declarations are not written for exactOptionalPropertyTypes, hence the cast.
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', settings) as IBucket;
    const bucket = (name: string, lockDays?: number) =>
      new DataBucket(this, name, { settings, key: this.key, accessLogs, lockDays });
    this.artifacts = bucket('Artifacts');
    bucket('Datasets');
    this.results = bucket('Results');
    this.ledger = bucket('Ledger', settings.ledgerLockDays);
    this.exports = bucket('Exports');
  }
}
