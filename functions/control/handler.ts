import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
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
import { UsageReader } from '../../core/metering/usage-reader.ts';
import { ApiGatewayKeys } from '../../core/tenancy/api-gateway-keys.ts';
import { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { Keys } from '../../core/tenancy/keys.ts';
import { Tenants } from '../../core/tenancy/tenants.ts';
import { apiHandler } from '../api-handler.ts';
import { awsAccess } from '../aws-access.ts';
import { dispatch } from '../dispatch.ts';
import { environmentVariable } from '../environment-variable.ts';
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
const keyStore = new DynamoDBKeys(dynamo, environmentVariable('KEYS_TABLE'));
const gateway = new ApiGatewayKeys(
  // The account may create 5 keys a second: two more tries ride out an onboarding burst.
  new APIGatewayClient({ maxAttempts: 5 }),
  { restApiId: environmentVariable('TENANT_API_ID'), stageName: environmentVariable('TENANT_API_STAGE') },
);
const shared = {
  keys: keyStore,
  gateway,
  keyEnvironment: keyEnvironment(environmentVariable('KEY_ENVIRONMENT')),
  now,
  random: randomBytes,
};
const tenants = new Tenants({
  ...shared,
  tenants: new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE')),
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

/** Serves the operators' API: tenants, keys and models. */
export const handler = apiHandler(
  'control',
  dispatch(
    controlOperations({
      tenants,
      keys: new Keys({ ...shared, tenants }),
      registry,
      usage: new UsageReader(dynamo, environmentVariable('USAGE_TABLE'), now),
      now,
    }),
  ),
  new Logger({ serviceName: 'control' }),
);
