import { Duration, Validations } from 'aws-cdk-lib';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { artifactWildcard } from './artifact-wildcard.ts';

/** Runs READY models for tenants and writes the journal of what they used. It reads the catalogue and can change nothing in it. */
export class PredictFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack, layer: ILayerVersion) {
    const { catalog, usage } = data.tables;
    super(scope, 'predict', {
      settings,
      memoryMiB: settings.memoryMiB.predict,
      // API Gateway waits 29 s, and counts the start of a new instance, which this does not: what is still running after the gateway has
      // given up would record a use that nobody got an answer to.
      timeout: Duration.seconds(26),
      layers: [layer],
      reservedConcurrency: settings.reservedConcurrency?.predict,
      environment: {
        CATALOG_TABLE: catalog.tableName,
        USAGE_TABLE: usage.tableName,
        ARTIFACTS_BUCKET: data.artifacts.bucketName,
      },
    });

    this.allow('dynamodb:GetItem', catalog.tableArn);
    this.allow('dynamodb:Query', catalog.tableArn);
    this.allow('dynamodb:PutItem', usage.tableArn);
    this.allow('s3:GetObject', data.artifacts.arnForObjects('sha256/*'));

    this.allowKey('kms:Decrypt', data.key, 's3');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');

    Validations.of(this).acknowledge({
      id: artifactWildcard(data),
      reason:
        'Artifacts are named by their digest, which is not known before they come; this reads them and nothing else.',
    });
  }
}
