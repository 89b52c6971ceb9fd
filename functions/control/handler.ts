import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { uuidv7 } from 'uuidv7';
import { AuditLog } from '../../core/audit/audit-log.ts';
import { connectionKinds } from '../../core/billing/export/connection-kinds.ts';
import { ConnectionSecrets } from '../../core/billing/export/connection-secrets.ts';
import { Connections } from '../../core/billing/export/connections.ts';
import { Exports } from '../../core/billing/export/exports.ts';
import { LambdaExportRun } from '../../core/billing/export/lambda-export-run.ts';
import { MarketplaceStates } from '../../core/billing/export/marketplace/marketplace-states.ts';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { Settlements } from '../../core/billing/export/outbox/settlements.ts';
import { LambdaFocusRun } from '../../core/billing/focus/lambda-focus-run.ts';
import { DynamoDBCatalog } from '../../core/catalog/dynamodb-catalog.ts';
import { DynamoDBRegistry } from '../../core/catalog/dynamodb-registry.ts';
import { GpuServing } from '../../core/catalog/gpu/gpu-serving.ts';
import { S3ModelArchives } from '../../core/catalog/gpu/s3-model-archives.ts';
import { SageMakerDirectory } from '../../core/catalog/gpu/sagemaker-directory.ts';
import { SageMakerTrial } from '../../core/catalog/gpu/sagemaker-trial.ts';
import { LambdaModelValidator } from '../../core/catalog/lambda-model-validator.ts';
import { Registry } from '../../core/catalog/registry.ts';
import { S3ArtifactTransfer } from '../../core/catalog/s3-artifact-transfer.ts';
import { SageMakerRuntime } from '../../core/engine/sagemaker/sagemaker-runtime.ts';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { LambdaReconcileRun } from '../../core/metering/reconcile/lambda-reconcile-run.ts';
import { Reconciliations } from '../../core/metering/reconcile/reconciliations.ts';
import { UsageAdjustments } from '../../core/metering/usage-adjustments.ts';
import { UsageVoids } from '../../core/metering/usage-voids.ts';
import { ApiGatewayKeys } from '../../core/tenancy/api-gateway-keys.ts';
import { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { Keys } from '../../core/tenancy/keys.ts';
import { Offboarding } from '../../core/tenancy/offboarding.ts';
import { TenantExport } from '../../core/tenancy/tenant-export.ts';
import { Tenants } from '../../core/tenancy/tenants.ts';
import { apiHandler } from '../api-handler.ts';
import { awsAccess } from '../aws-access.ts';
import { billingAccess } from '../billing-access.ts';
import { dispatch } from '../dispatch.ts';
import { environmentVariable } from '../environment-variable.ts';
import { exportSecrets } from '../export-secrets.ts';
import { ledgerAccess } from '../ledger-access.ts';
import { limitsAccess } from '../limits-access.ts';
import { planLimits } from '../plan-limits.ts';
import { seller } from '../seller.ts';
import { spillwayQueues } from '../spillway-queues.ts';
import { tenantBooks } from '../tenant-books.ts';
import { usageAccess } from '../usage-access.ts';
import { controlOperations } from './control-operations.ts';
import { gpuEndpoints } from './gpu-endpoints.ts';
import { keyEnvironment } from './key-environment.ts';
import { usagePlans } from './usage-plans.ts';

const dynamo = new DynamoDB({});
const s3 = new S3Client({});
const stage = environmentVariable('MAAS_STAGE');
const catalogTable = environmentVariable('CATALOG_TABLE');
const artifactsBucket = environmentVariable('ARTIFACTS_BUCKET');

const now = (): Date => new Date();
const tenantStore = new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE'));
const audit = new AuditLog({ client: dynamo, table: environmentVariable('AUDIT_TABLE'), now, newId: uuidv7 });
const keyStore = new DynamoDBKeys(dynamo, environmentVariable('KEYS_TABLE'));
const gateway = new ApiGatewayKeys(
  // The account may create 5 keys a second: two more tries ride out an onboarding burst.
  new APIGatewayClient({ maxAttempts: 5 }),
  { restApiId: environmentVariable('TENANT_API_ID'), stageName: environmentVariable('TENANT_API_STAGE') },
);
const shared = {
  tenants: tenantStore,
  keys: keyStore,
  audit,
  keyEnvironment: keyEnvironment(environmentVariable('KEY_ENVIRONMENT')),
  now,
  random: randomBytes,
};
const tenants = new Tenants({
  ...shared,
  gateway,
  usagePlans: usagePlans(environmentVariable('USAGE_PLANS')),
  gatewayKeyPrefix: `maas-${stage}`,
});
const registry = new Registry({
  catalog: new DynamoDBCatalog(dynamo, catalogTable),
  registry: new DynamoDBRegistry(dynamo, catalogTable),
  artifacts: new S3ArtifactTransfer(s3, artifactsBucket),
  validator: new LambdaModelValidator(new LambdaClient({}), environmentVariable('VALIDATE_FUNCTION')),
  gpu: new GpuServing({
    stage,
    endpoints: gpuEndpoints(process.env['GPU_ENDPOINTS']),
    directory: new SageMakerDirectory(awsAccess('SAGEMAKER')),
    archives: new S3ModelArchives(s3, artifactsBucket),
    trial: new SageMakerTrial(new SageMakerRuntime(awsAccess('SAGEMAKER_RUNTIME'))),
  }),
  now,
});
const logger = new Logger({ serviceName: 'control' });
const usageTable = environmentVariable('USAGE_TABLE');
const exportsTable = environmentVariable('EXPORTS_TABLE');
const rollupsTable = environmentVariable('ROLLUPS_TABLE');
const tables = { usage: usageTable, rollups: rollupsTable, exports: exportsTable };
const ledger = ledgerAccess(dynamo, s3, { bucket: environmentVariable('LEDGER_BUCKET'), rollups: rollupsTable }, now);
const access = usageAccess(dynamo, tables, now, ledger.events);
const corrections = {
  reader: access.journal,
  journal: new DynamoDBJournal(dynamo, usageTable, now),
  source: `maas/${environmentVariable('AWS_REGION')}/${stage}`,
  newId: uuidv7,
  now,
};
const metering = {
  access,
  voids: new UsageVoids(corrections),
  adjustments: new UsageAdjustments(corrections),
  ledger,
  logger,
  now,
};

const billing = billingAccess(dynamo, environmentVariable('BILLING_TABLE'), {
  rollups: access.rollups,
  stage,
  seller: seller(process.env['SELLER']),
  now,
});

/** Serves the operators' API: tenants, keys, models, usage, prices and invoices. */
export const handler = apiHandler(
  'control',
  dispatch(
    controlOperations({
      tenants,
      keys: new Keys({ ...shared, flushAuthorizations: () => gateway.flushAuthorizations() }),
      limits: limitsAccess(dynamo, {
        tables: { limits: environmentVariable('LIMITS_TABLE'), billing: environmentVariable('BILLING_TABLE') },
        plans: planLimits(environmentVariable('PLAN_LIMITS')),
        source: access.source,
        audit,
        now,
      }),
      offboarding: new Offboarding({
        ...shared,
        gateway,
        books: tenantBooks(dynamo, tables, billing, spillwayQueues(), now),
      }),
      tenantExport: new TenantExport({ ...shared, client: dynamo, usageTable, ledger: ledger.pages }),
      audit,
      registry,
      metering,
      focus: { run: new LambdaFocusRun(new LambdaClient({}), environmentVariable('FOCUS_FUNCTION')), now },
      exporting: {
        exports: new Exports({
          kinds: connectionKinds,
          connections: new Connections(dynamo, exportsTable),
          secrets: new ConnectionSecrets(new SecretsManager({}), exportSecrets(environmentVariable('EXPORT_SECRETS'))),
          links: new ExportLinks(dynamo, exportsTable),
          outbox: new Outbox(dynamo, exportsTable),
          settlements: new Settlements(dynamo, exportsTable),
          marketplace: new MarketplaceStates(dynamo, exportsTable),
          now,
        }),
        run: new LambdaExportRun(new LambdaClient({}), environmentVariable('EXPORT_FUNCTION')),
        now,
      },
      reconciling: {
        run: new LambdaReconcileRun(new LambdaClient({}), environmentVariable('RECONCILE_FUNCTION')),
        results: new Reconciliations(dynamo, environmentVariable('RECONCILIATIONS_TABLE')),
        now,
      },
      billing,
    }),
  ),
  logger,
);
