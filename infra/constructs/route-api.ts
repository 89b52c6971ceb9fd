import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  type AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  type MethodOptions,
  RestApi,
  type RestApiProps,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Route } from '../../core/api/route.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { GatewayLogging } from './gateway-logging.ts';
import { tenantIdMapping } from './tenant-id-mapping.ts';

/** A route of the table, or a model's own copy of one. */
export type ServedRoute = Omit<Route, 'function'> & {
  readonly function: Route['function'] | 'predict-gpu' | 'predict-isolated';
};

/** Failures inside the gateway only. Bodies and headers stay out of its log: data tracing is off. */
const observed = { loggingLevel: MethodLoggingLevel.ERROR, dataTraceEnabled: false, metricsEnabled: true };

interface RouteApiProps extends RestApiProps {
  readonly settings: StageSettings;
  readonly accessLogFormat: AccessLogFormat;
  readonly logging: GatewayLogging;
  /**
   * Limits of single methods, by `/path/METHOD`, for all callers together.
   * @default - the stage's own limit for all methods together
   */
  readonly methodThrottles?: Readonly<Record<string, StageSettings['stageThrottle']>>;
}

/** A Regional REST API whose methods come from the route table: throttled as a whole, traced, and with one log line per request. */
export abstract class RouteApi extends RestApi {
  /** One line for each request. */
  readonly accessLog: ILogGroup;

  constructor(
    scope: Construct,
    id: string,
    { settings, accessLogFormat, logging, methodThrottles = {}, ...props }: RouteApiProps,
  ) {
    const logGroup = (name: string, logGroupName?: string) =>
      new LogGroup(scope, `${id}${name}`, {
        ...(logGroupName === undefined ? {} : { logGroupName }),
        retention: settings.logRetention,
        removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
    const accessLog = logGroup('AccessLog');
    super(scope, id, {
      ...props,
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      deployOptions: {
        stageName: settings.name,
        throttlingRateLimit: settings.stageThrottle.ratePerSecond,
        throttlingBurstLimit: settings.stageThrottle.burst,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat,
        ...observed,
        tracingEnabled: true,
        // What is set for a method stands in for all that is set for the stage, not only for its limit.
        methodOptions: Object.fromEntries(
          Object.entries(methodThrottles).map(([method, { ratePerSecond, burst }]) => [
            method,
            { ...observed, throttlingRateLimit: ratePerSecond, throttlingBurstLimit: burst },
          ]),
        ),
      },
    });
    this.accessLog = accessLog;
    // API Gateway writes its own log under this name. Were the group not there before the stage, it would create one to keep for ever.
    const executionLog = logGroup('ExecutionLog', `API-Gateway-Execution-Logs_${this.restApiId}/${settings.name}`);
    // A stage with logs can only be created once the account lets API Gateway write them.
    this.deploymentStage.node.addDependency(executionLog, logging);

    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG2',
      reason:
        'The functions validate, since each protocol words its errors in its own way and the gateway cannot look into binary bodies.',
    });
    Validations.of(this.deploymentStage).acknowledge({
      id: 'AwsSolutions-APIG3',
      reason:
        'Every method needs a key or a signature, and the stage is throttled. A web ACL has a monthly price, so it is the operator who adds one.',
    });
  }

  /** Adds a method for each route, with the options that fit it. */
  protected addRoutes(
    routes: readonly ServedRoute[],
    functions: Readonly<Partial<Record<ServedRoute['function'], IFunction | undefined>>>,
    options: (route: ServedRoute) => MethodOptions,
  ): void {
    const integrations = new Map(
      Object.entries(functions).map(([name, handler]) => [
        name,
        // One permission for all methods of the API: a function's policy has 20,480 bytes, and one for each of control's methods has more.
        // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
        handler && new LambdaIntegration(handler, { scopePermissionToMethod: false, ...tenantIdMapping(handler) }),
      ]),
    );
    for (const route of routes) {
      const integration = integrations.get(route.function);
      if (integration === undefined)
        throw new Error(`${this.node.path} has no function ${route.function} for ${route.id}`);
      this.root.resourceForPath(route.path).addMethod(route.method, integration, options(route));
    }
  }
}
