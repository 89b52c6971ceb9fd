import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { priceBooksPartition } from '../../core/billing/price-book/price-books-partition.ts';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';
import { objectsWildcard } from '../constructs/objects-wildcard.ts';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { endpointArns } from './endpoint-arns.ts';

interface InferenceFunctionProps {
  readonly settings: StageSettings;
  readonly data: DataStack;
  /** Takes the events that the journal does not. */
  readonly spillway: IQueue;
  readonly layer: ILayerVersion;
  readonly memoryMiB: number;
  readonly reservedConcurrency: number | undefined;
  /** Those that it may ask. */
  readonly endpoints: GpuEndpoints | undefined;
  /**
   * Models that it refuses, since they are served by a function that keeps tenants apart.
   * @default - none
   */
  readonly isolatedModels?: readonly string[];
  /** As a PlatformFunction has it. */
  readonly sameCodeAs?: string;
  /** As a PlatformFunction has it. */
  readonly perTenant?: boolean;
}

/** Runs READY models for tenants and writes the journal of what they used. It reads the catalogue and can change nothing in it. */
export abstract class InferenceFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: InferenceFunctionProps) {
    const { settings, data, endpoints, spillway, isolatedModels = [], sameCodeAs, perTenant } = props;
    const { billing, catalog, idempotency, limits, rollups, usage } = data.tables;
    super(scope, id, {
      settings,
      memoryMiB: props.memoryMiB,
      // API Gateway waits 29 s, and counts the start of a new instance, which this does not: what is still running after the gateway has
      // given up would record a use that nobody got an answer to.
      timeout: Duration.seconds(26),
      layers: [props.layer],
      reservedConcurrency: props.reservedConcurrency,
      ...(sameCodeAs === undefined ? {} : { sameCodeAs }),
      ...(perTenant === undefined ? {} : { perTenant }),
      environment: {
        CATALOG_TABLE: catalog.tableName,
        USAGE_TABLE: usage.tableName,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        BILLING_TABLE: billing.tableName,
        LIMITS_TABLE: limits.tableName,
        PLAN_LIMITS: JSON.stringify(settings.planLimits),
        ALERTS_TOPIC: data.alerts.topicArn,
        SPILLWAY_URL: spillway.queueUrl,
        ARTIFACTS_BUCKET: data.artifacts.bucketName,
        ...(isolatedModels.length === 0 ? {} : { ISOLATED_MODELS: JSON.stringify(isolatedModels) }),
        ...(endpoints === undefined ? {} : { GPU_ENDPOINTS: JSON.stringify(endpoints) }),
      },
    });

    this.allow('dynamodb:GetItem', catalog.tableArn);
    this.allow('dynamodb:Query', catalog.tableArn);
    this.allow('dynamodb:PutItem', usage.tableArn);
    // A month's quota starts from what rollups and, for hours that are not closed, the journal say was used of it.
    this.allow('dynamodb:Query', usage.tableArn);
    this.allow('dynamodb:GetItem', rollups.tableArn);
    this.allow('dynamodb:Query', rollups.tableArn);
    // A spend limit is told by the price books. Invoices, which lie beside them, are not this function's business.
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [billing.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [priceBooksPartition] } },
      }),
    );
    this.allow('dynamodb:GetItem', limits.tableArn);
    this.allow('dynamodb:UpdateItem', limits.tableArn);
    this.allow('dynamodb:GetItem', idempotency.tableArn);
    this.allow('dynamodb:PutItem', idempotency.tableArn);
    this.allow('sqs:SendMessage', spillway.queueArn);
    this.allow('sns:Publish', data.alerts.topicArn);
    this.allow('s3:GetObject', data.artifacts.arnForObjects('sha256/*'));
    const arns = endpointArns(this, endpoints);
    for (const arn of [...arns.endpoints, ...arns.components]) this.allow('sagemaker:InvokeEndpoint', arn);
    // A model on an endpoint is ready while that is.
    for (const arn of arns.endpoints) this.allow('sagemaker:DescribeEndpoint', arn);

    this.allowKey('kms:Decrypt', data.key, 's3');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
    this.allowKey('kms:Decrypt', data.key, 'sqs');
    this.allowKey('kms:GenerateDataKey', data.key, 'sqs');
    this.allowKey('kms:Decrypt', data.key, 'sns');
    this.allowKey('kms:GenerateDataKey', data.key, 'sns');

    Validations.of(this).acknowledge({
      id: objectsWildcard(data, 'artifacts', 'sha256/*'),
      reason:
        'Artifacts are named by their digest, which is not known before they come; this reads them and nothing else.',
    });
  }
}
