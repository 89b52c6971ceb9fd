import { join } from 'node:path';
import type { ApiGateway } from '../apigateway/api-gateway.ts';
import { openApiGateway } from '../apigateway/open-api-gateway.ts';
import { autoscalingResourceTypes } from '../autoscaling/resource-types.ts';
import type { Assembly } from '../cloudformation/assembly.ts';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { Target } from '../cloudformation/stack-scope.ts';
import { cloudwatchResourceTypes } from '../cloudwatch/resource-types.ts';
import { startDynamoDB } from '../dynamodb/start-dynamodb.ts';
import { startEndpoint } from '../endpoint/start-endpoint.ts';
import type { Credential } from '../iam/credential.ts';
import { CredentialStore } from '../iam/credential-store.ts';
import { managedPolicyResource } from '../iam/managed-policy-resource.ts';
import { policyResource } from '../iam/policy-resource.ts';
import { roleResource } from '../iam/role-resource.ts';
import { Roles } from '../iam/roles.ts';
import { aliasResource } from '../kms/alias-resource.ts';
import { keyResource } from '../kms/key-resource.ts';
import { Keys } from '../kms/keys.ts';
import type { Sessions } from '../lambda/sessions.ts';
import { startLambda } from '../lambda/start-lambda.ts';
import { openLogs } from '../logs/open-logs.ts';
import { openMarketplace } from '../marketplace/open-marketplace.ts';
import { openS3 } from '../s3/open-s3.ts';
import type { ImagePrograms } from '../sagemaker/container/image-programs.ts';
import { type SageMaker, startSageMaker } from '../sagemaker/start-sagemaker.ts';
import { openScheduler } from '../scheduler/open-scheduler.ts';
import { openSecretsManager } from '../secretsmanager/open-secrets-manager.ts';
import { verifyRequest } from '../sigv4/verify-request.ts';
import { openSns } from '../sns/open-sns.ts';
import { openSqs } from '../sqs/open-sqs.ts';
import { assetFinder } from './asset-finder.ts';
import type { Closers } from './closers.ts';
import { placedAssets } from './placed-assets.ts';
import { provideFileAssets } from './provide-file-assets.ts';

/** The services, without any resource yet. */
export interface Services {
  /** Base URL. */
  readonly endpoint: string;
  readonly operator: Credential;
  readonly gateway: ApiGateway;
  readonly sagemaker: SageMaker;
  readonly resourceTypes: readonly ResourceType[];
  /** Services that act by themselves begin to. To be called when all resources are there. */
  readonly begin: () => void;
}

interface Surroundings {
  readonly assembly: Assembly;
  readonly target: Target;
  readonly data: string;
  readonly log: (line: string) => void;
  readonly onAccess: ((line: string) => void) | undefined;
  readonly onProgress: (line: string) => void;
  readonly imagePrograms: ImagePrograms | undefined;
}

/**
 * Starts every service over the data folder, and the endpoint in front of them. Functions start later, when they are invoked; assets that
 * are files are in their bucket when this returns.
 */
export async function startServices(
  { assembly, target, data, log, onAccess, onProgress, imagePrograms }: Surroundings,
  closers: Closers,
): Promise<Services> {
  const { account, region } = target;
  const logs = openLogs({ folder: join(data, 'logs'), region, account });
  closers.add(() => logs.stop());
  const credentials = await CredentialStore.open(data, account);
  const roles = new Roles(account);
  const keys = new Keys(region, account);
  const assets = placedAssets(assembly, target);

  const s3 = openS3({ dataDir: data, region, account, credentials, keys, log });
  closers.add(() => s3.stop());
  await provideFileAssets(assets, (place, path) => s3.provideFile(place, path));
  const dynamodb = await startDynamoDB({ dataDir: data, region, account, keys, log });
  closers.add(() => dynamodb.stop());
  const secretsmanager = openSecretsManager({ dataDir: data, region, keys });

  let url: string | undefined;
  const endpointUrl = (): string => {
    if (url === undefined) throw new Error('the endpoint was asked for before it was there');
    return url;
  };
  const sqs = openSqs({ dataDir: data, region, account, keys, endpoint: endpointUrl });
  closers.add(() => sqs.stop());
  const sns = openSns({
    region,
    account,
    keys,
    logs: logs.sink,
    queueOf: (principal, queueArn) => sqs.queueOf(principal, queueArn),
    log,
  });
  const marketplace = openMarketplace({ dataDir: data });
  closers.add(() => marketplace.stop());
  const lambda = await startLambda({
    region,
    account,
    data,
    log: logs.sink,
    sessions: sessionsOf(roles, credentials),
    queueOf: (roleArn, sessionName, queueArn) =>
      sqs.queueOf(roles.assume(roleArn, 'lambda.amazonaws.com', sessionName), queueArn),
    report: log,
    asset: assetFinder(assets),
    endpoint: endpointUrl,
  });
  closers.add(() => lambda.stop());

  const sagemaker = await startSageMaker({
    region,
    account,
    data,
    logs: logs.sink,
    log,
    onProgress,
    assumeRole: (roleArn, sourceArn) =>
      roles.assume(roleArn, 'sagemaker.amazonaws.com', 'SageMaker', {
        'aws:SourceAccount': account,
        'aws:SourceArn': sourceArn,
      }),
    objectsOf: (role) => s3.objectsOf(role),
    ...(imagePrograms && { programs: imagePrograms }),
  });
  closers.add(() => sagemaker.stop());

  const gateway = openApiGateway({
    dataDir: data,
    region,
    lambda,
    verifySignature: (request) => verifyRequest(request, { service: 'execute-api', region, credentials }),
    logs: logs.sink,
    ...(onAccess && { onAccess }),
  });
  closers.add(() => gateway.stop());

  const scheduler = openScheduler({
    region,
    account,
    targets: {
      assumeRole: (roleArn, sourceArn) =>
        roles.assume(roleArn, 'scheduler.amazonaws.com', 'Scheduler', {
          'aws:SourceAccount': account,
          'aws:SourceArn': sourceArn,
        }),
      invoke: (principal, functionArn, payload) => lambda.enqueue(principal, functionArn, payload),
      queueOf: (principal, queueArn) => sqs.queueOf(principal, queueArn),
      log,
    },
  });

  const endpoint = await startEndpoint({
    region,
    credentials,
    services: [
      dynamodb.service,
      sqs.service,
      sns.service,
      lambda.service,
      gateway.service,
      sagemaker.service,
      scheduler.service,
      marketplace.service,
      logs.service,
      secretsmanager.service,
    ],
    s3: (request, response) => s3.handle(request, response),
    executeApi: (request, response) => gateway.executeApi(request, response),
    log,
  });
  closers.add(() => endpoint.stop());
  // First of all, so that the endpoint need not wait for long polls.
  closers.add(() => sqs.endPolls());
  closers.add(() => lambda.endPolling());
  closers.add(() => scheduler.stop());
  url = endpoint.url;

  return {
    endpoint: url,
    operator: credentials.operator,
    gateway,
    sagemaker,
    begin: () => {
      lambda.beginPolling();
      scheduler.begin();
    },
    resourceTypes: [
      ...s3.resourceTypes,
      ...dynamodb.resourceTypes,
      ...sqs.resourceTypes,
      ...sns.resourceTypes,
      ...lambda.resourceTypes,
      ...gateway.resourceTypes,
      ...sagemaker.resourceTypes,
      ...scheduler.resourceTypes,
      ...secretsmanager.resourceTypes,
      ...autoscalingResourceTypes,
      ...cloudwatchResourceTypes,
      ...logs.resourceTypes,
      roleResource(roles),
      policyResource(roles),
      managedPolicyResource(roles),
      keyResource(keys),
      aliasResource(keys),
    ],
  };
}

const sessionsOf = (roles: Roles, credentials: CredentialStore): Sessions => ({
  open: (roleArn, sessionName) => credentials.issue(roles.assume(roleArn, 'lambda.amazonaws.com', sessionName)),
  close: (accessKeyId) => credentials.revoke(accessKeyId),
});
