import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { CfnUsagePlan } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { multiModelPrefix } from '../../core/catalog/triton/multi-model-key.ts';
import { endpointName } from '../../core/engine/sagemaker/endpoint-name.ts';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';
import { ledgerKey } from '../../core/metering/ledger/ledger-key.ts';
import { objectsWildcard } from '../constructs/objects-wildcard.ts';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { TenantApi } from '../constructs/tenant-api.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { ExportsStack } from '../stacks/exports-stack.ts';
import type { MeteringStack } from '../stacks/metering-stack.ts';
import { endpointArns } from './endpoint-arns.ts';
import { FocusFunction } from './focus-function.ts';
import { ReconcileFunction } from './reconcile-function.ts';
import type { ValidateFunction } from './validate-function.ts';

/** Serves the operators: tenants with their keys and hidden native keys, models with their versions. */
export class ControlFunction extends PlatformFunction {
  constructor(
    scope: Construct,
    settings: StageSettings,
    data: DataStack,
    metering: MeteringStack,
    validate: ValidateFunction,
    tenantApi: TenantApi,
    exports: ExportsStack,
    gpu: GpuEndpoints | undefined,
  ) {
    const {
      audit,
      billing,
      catalog,
      exports: outbox,
      keys,
      limits,
      reconciliations,
      rollups,
      tenants,
      usage,
    } = data.tables;
    const stack = Stack.of(scope);
    const plans = Object.entries(tenantApi.plans);
    const tenantStage = tenantApi.deploymentStage.stageName;
    super(scope, 'control', {
      settings,
      memoryMiB: settings.memoryMiB.control,
      // Long enough for the validation of a model, which it waits for.
      timeout: Duration.seconds(29),
      environment: {
        TENANTS_TABLE: tenants.tableName,
        KEYS_TABLE: keys.tableName,
        AUDIT_TABLE: audit.tableName,
        CATALOG_TABLE: catalog.tableName,
        USAGE_TABLE: usage.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        BILLING_TABLE: billing.tableName,
        EXPORTS_TABLE: outbox.tableName,
        EXPORT_FUNCTION: exports.function.lambda.functionName,
        EXPORT_SECRETS: exports.secrets.arnsOf(exports.secrets.all),
        SPILLWAY_URL: metering.spillway.queueUrl,
        SPILLWAY_DEAD_URL: metering.spillwayDeadLetters.queueUrl,
        LIMITS_TABLE: limits.tableName,
        PLAN_LIMITS: JSON.stringify(settings.planLimits),
        ...(settings.seller === undefined ? {} : { SELLER: JSON.stringify(settings.seller) }),
        ARTIFACTS_BUCKET: data.artifacts.bucketName,
        VALIDATE_FUNCTION: validate.lambda.functionName,
        LEDGER_BUCKET: data.ledger.bucketName,
        FOCUS_FUNCTION: FocusFunction.nameOf(settings),
        RECONCILE_FUNCTION: ReconcileFunction.nameOf(settings),
        RECONCILIATIONS_TABLE: reconciliations.tableName,
        USAGE_PLANS: stack.toJsonString(Object.fromEntries(plans.map(([name, plan]) => [name, plan.usagePlanId]))),
        TENANT_API_ID: tenantApi.restApiId,
        TENANT_API_STAGE: tenantStage,
        KEY_ENVIRONMENT: settings.keyEnvironment,
        ...(gpu === undefined ? {} : { GPU_ENDPOINTS: JSON.stringify(gpu) }),
      },
    });

    this.allow('dynamodb:GetItem', tenants.tableArn);
    this.allow('dynamodb:PutItem', tenants.tableArn);
    this.allow('dynamodb:UpdateItem', tenants.tableArn);
    this.allow('dynamodb:Scan', tenants.tableArn);

    this.allow('dynamodb:GetItem', keys.tableArn);
    this.allow('dynamodb:PutItem', keys.tableArn);
    this.allow('dynamodb:UpdateItem', keys.tableArn);
    this.allow('dynamodb:DeleteItem', keys.tableArn);
    this.allow('dynamodb:Query', `${keys.tableArn}/index/by-tenant`);

    // Nothing may remove or update a record, and the log's puts carry the condition that there is none yet.
    this.allow('dynamodb:PutItem', audit.tableArn);
    this.allow('dynamodb:Query', audit.tableArn);
    this.allow('dynamodb:Query', `${audit.tableArn}/index/by-time`);

    // Nobody is purged as long as they hold anything.
    this.allow('sqs:GetQueueAttributes', metering.spillway.queueArn);
    this.allow('sqs:GetQueueAttributes', metering.spillwayDeadLetters.queueArn);

    this.allow('dynamodb:GetItem', limits.tableArn);
    this.allow('dynamodb:PutItem', limits.tableArn);
    this.allow('dynamodb:UpdateItem', limits.tableArn);

    this.allow('dynamodb:GetItem', catalog.tableArn);
    this.allow('dynamodb:PutItem', catalog.tableArn);
    this.allow('dynamodb:UpdateItem', catalog.tableArn);
    this.allow('dynamodb:Query', catalog.tableArn);

    this.allow('dynamodb:Query', usage.tableArn);
    // It adds what voids an event; no code of its changes or removes one.
    this.allow('dynamodb:PutItem', usage.tableArn);
    this.allow('dynamodb:GetItem', rollups.tableArn);
    this.allow('dynamodb:PutItem', rollups.tableArn);
    this.allow('dynamodb:UpdateItem', rollups.tableArn);
    this.allow('dynamodb:Query', rollups.tableArn);

    // Price books and invoices are written once and marked; nothing may remove them.
    this.allow('dynamodb:GetItem', billing.tableArn);
    this.allow('dynamodb:PutItem', billing.tableArn);
    this.allow('dynamodb:UpdateItem', billing.tableArn);
    // A void and the next invoice of a month exclude each other.
    this.allow('dynamodb:ConditionCheckItem', billing.tableArn);
    this.allow('dynamodb:Query', billing.tableArn);

    // Where usage is exported to, who tenants are there, and what became of it. It writes the secrets of destinations, and reads none.
    this.allow('dynamodb:GetItem', outbox.tableArn);
    this.allow('dynamodb:PutItem', outbox.tableArn);
    this.allow('dynamodb:UpdateItem', outbox.tableArn);
    this.allow('dynamodb:DeleteItem', outbox.tableArn);
    this.allow('dynamodb:Query', outbox.tableArn);
    this.allow('dynamodb:Query', `${outbox.tableArn}/index/by-due`);
    for (const { arn } of exports.secrets.all) this.allow('secretsmanager:PutSecretValue', arn);
    this.allowKey('kms:Decrypt', data.key, 'secretsmanager');
    this.allowKey('kms:GenerateDataKey', data.key, 'secretsmanager');
    this.allow('lambda:InvokeFunction', exports.function.lambda.functionArn);

    // It signs URLs by which operators upload artifacts and the sandbox reads them; a signature is worth what its signer may do.
    this.allow('s3:GetObject', data.artifacts.arnForObjects('sha256/*'));
    this.allow('s3:PutObject', data.artifacts.arnForObjects('sha256/*'));
    // Without it S3 does not say that an artifact is not there yet, but only that asking is forbidden.
    this.allow('s3:ListBucket', data.artifacts.bucketArn);

    this.allowKey('kms:Decrypt', data.key, 's3');
    this.allowKey('kms:GenerateDataKey', data.key, 's3');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');

    this.allow('lambda:InvokeFunction', validate.lambda.functionArn);
    // It rebuilds rollups from the ledger, and looks for events that have left the journal.
    this.allow('s3:GetObject', data.ledger.arnForObjects(`${ledgerKey.usage}*`));
    this.allow('s3:ListBucket', data.ledger.bucketArn);

    this.allow('lambda:InvokeFunction', FocusFunction.arnOf(this, settings));
    this.allow('lambda:InvokeFunction', ReconcileFunction.arnOf(this, settings));
    this.allow('dynamodb:GetItem', reconciliations.tableArn);

    // It says of a model what its endpoint is doing.
    const sagemaker = (name: string) =>
      stack.formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: name });
    for (const [model, { asynchronous }] of Object.entries(settings.gpu?.models ?? {})) {
      this.allow('sagemaker:DescribeEndpoint', sagemaker(endpointName.model(settings.name, model)));
      if (asynchronous) {
        this.allow('sagemaker:DescribeEndpoint', sagemaker(endpointName.asynchronous(settings.name, model)));
      }
    }
    if (gpu?.multiModel !== undefined) {
      this.allow('sagemaker:DescribeEndpoint', sagemaker(gpu.multiModel.endpoint));
      // It puts the archive of a registered model where that endpoint looks, and tries the model with its sample.
      const { endpoints, components } = endpointArns(this, { models: {}, multiModel: gpu.multiModel });
      for (const arn of [...endpoints, ...components]) this.allow('sagemaker:InvokeEndpoint', arn);
      this.allow('s3:GetObject', data.artifacts.arnForObjects(`${multiModelPrefix}*`));
      this.allow('s3:PutObject', data.artifacts.arnForObjects(`${multiModelPrefix}*`));
      Validations.of(this).acknowledge({
        id: objectsWildcard(data, 'artifacts', `${multiModelPrefix}*`),
        reason: 'Archives are named by the model and the digest of its weights, which are not known before they come.',
      });
    }

    // API Gateway names its permissions by HTTP method and path:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
    const gateway = (path: string) => stack.formatArn({ service: 'apigateway', account: '', resource: path });
    this.allow('apigateway:POST', gateway('/apikeys'));
    this.allow('apigateway:PATCH', gateway('/apikeys/*'));
    this.allow('apigateway:DELETE', gateway('/apikeys/*'));
    for (const [, plan] of plans) {
      this.allow('apigateway:POST', gateway(`/usageplans/${plan.usagePlanId}/keys`));
      this.allow('apigateway:DELETE', gateway(`/usageplans/${plan.usagePlanId}/keys/*`));
      // What a tenant used of its quota moves with it to another plan.
      this.allow('apigateway:GET', gateway(`/usageplans/${plan.usagePlanId}`));
      this.allow('apigateway:GET', gateway(`/usageplans/${plan.usagePlanId}/usage`));
      this.allow('apigateway:PATCH', gateway(`/usageplans/${plan.usagePlanId}/keys/*/usage`));
      const logicalId = stack.getLogicalId(plan.node.defaultChild as CfnUsagePlan);
      for (const keys of ['keys/*', 'keys/*/usage']) {
        Validations.of(this).acknowledge({
          id: `AwsSolutions-IAM5[Resource::arn:aws:apigateway:${settings.region}::/usageplans/<${logicalId}>/${keys}]`,
          reason: 'Native keys get their ids when tenants are created; this moves them to another plan of these three.',
        });
      }
    }
    this.allow(
      'apigateway:DELETE',
      gateway(`/restapis/${tenantApi.restApiId}/stages/${tenantStage}/cache/authorizers`),
    );

    Validations.of(this).acknowledge(
      {
        id: objectsWildcard(data, 'ledger', `${ledgerKey.usage}*`),
        reason: 'Objects are named by tenant, hour and version, which come with the call.',
      },
      {
        id: objectsWildcard(data, 'artifacts', 'sha256/*'),
        reason: 'Artifacts are named by their digest, which is not known before they come.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::arn:aws:apigateway:${settings.region}::/apikeys/*]`,
        reason:
          'Native keys get their ids when tenants are created. Reading them, and so their values, is not granted.',
      },
    );
  }
}
