import { type Duration, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type ILayerVersion,
  Function as LambdaFunction,
  Runtime,
  TenancyConfig,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageSettings } from '../settings/stage-settings.ts';
import { bundledCode } from './bundled-code.ts';

interface PlatformFunctionProps {
  readonly settings: StageSettings;
  /**
   * For those who must know it before it is there.
   * @default - CloudFormation makes one
   */
  readonly name?: string;
  readonly memoryMiB: number;
  readonly timeout: Duration;
  /**
   * Room for files of a run, up to 10,240.
   * @default - 512, which cost nothing
   */
  readonly filesMiB?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly layers?: ILayerVersion[];
  /**
   * What the function reads from its own folder, by the path there: paths in the repository.
   *
   * @default - nothing but its bundle
   */
  readonly files?: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number | undefined;
  /**
   * Another function whose code it runs.
   * @default - the code is its own
   */
  readonly sameCodeAs?: string;
  /**
   * Tenant isolation mode: no instance ever serves two tenants, and none serves a request that names no tenant. It cannot be changed for a
   * function that is there; AWS has no provisioned concurrency, SnapStart, function URL or event source for it.
   * @default false
   */
  readonly perTenant?: boolean;
  /**
   * What becomes of a run that failed, when nobody waits for its answer.
   *
   * @default - the function is invoked synchronously only
   */
  readonly failedRuns?: string;
  /**
   * An action that AWS grants on all resources only, and what limits it all the same.
   * @default - none
   */
  readonly unscoped?: { readonly action: string; readonly reason: string };
  /** @default - traced by X-Ray, which is a permission: `untraced` is for the function that must have none */
  readonly tracing?: 'untraced';
}

/**
 * The Lambda function whose code is `functions/<id>/handler.ts`, or another's, with a role and a log group of its own. The role may write
 * that log and nothing else; every further permission is one call of `allow`.
 */
export class PlatformFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    super(scope, id);
    const { settings } = props;
    const traced = props.tracing !== 'untraced';
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Log', {
      retention: settings.logRetention,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    this.logGroup = logGroup;

    this.lambda = new LambdaFunction(this, 'Function', {
      ...(props.name === undefined ? {} : { functionName: props.name }),
      code: bundledCode(props.sameCodeAs ?? id, props.files),
      handler: 'index.handler',
      description: `MaaS ${settings.name}: ${id}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: props.timeout,
      ...(props.filesMiB === undefined ? {} : { ephemeralStorageSize: Size.mebibytes(props.filesMiB) }),
      ...(props.perTenant === true ? { tenancyConfig: TenancyConfig.PER_TENANT } : {}),
      ...(props.layers === undefined ? {} : { layers: props.layers }),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      role,
      logGroup,
      tracing: traced ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: { MAAS_STAGE: settings.name, POWERTOOLS_SERVICE_NAME: id, ...props.environment },
    });

    const reason =
      props.failedRuns ??
      'Invoked synchronously only, by API Gateway or by the control function: the caller gets the error.';
    Validations.of(this.lambda).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason },
      { id: 'Serverless-LambdaAsyncFailureDestination', reason },
    );
    if (traced) {
      const { action, reason: limits } = props.unscoped ?? {};
      const others = action === undefined ? '' : `, nor does ${action} (${limits})`;
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: `xray:PutTraceSegments and PutTelemetryRecords take no resource${others}; no other statement of this role is on *.`,
      });
    } else {
      Validations.of(this.lambda).acknowledge({
        id: 'Serverless-LambdaTracing',
        reason:
          'Runs what strangers upload, so its role has no permission that is not needed to log, not even to trace.',
      });
    }
    if (props.unscoped !== undefined) this.allow(props.unscoped.action, '*');
  }

  /** Grants one action on one resource. */
  allow(action: string, resourceArn: string): void {
    this.lambda.addToRolePolicy(new PolicyStatement({ actions: [action], resources: [resourceArn] }));
  }

  /** Grants one use of the key, but only through a service that encrypts with it: the function itself never handles key material. */
  allowKey(action: string, key: IKey, service: 'dynamodb' | 's3' | 'secretsmanager' | 'sns' | 'sqs'): void {
    const { region, urlSuffix } = Stack.of(this);
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: [action],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } },
      }),
    );
  }
}
