import type { LogSink } from '../logs/log-sink.ts';
import { accessLog } from './access-log.ts';
import type { ApiGateway } from './api-gateway.ts';
import type { VerifySignature } from './authorization/authorize-by-iam.ts';
import { LambdaAuthorizers } from './authorization/lambda-authorizers.ts';
import { controlService } from './control/control-service.ts';
import { Registry } from './definition/registry.ts';
import { executeApiTarget } from './execute-api-target.ts';
import { executionLog } from './execution-log.ts';
import { Front } from './front.ts';
import type { LambdaAccess } from './lambda-access.ts';
import { allResourceTypes } from './resource-types/all-resource-types.ts';
import { KeyStore } from './store/key-store.ts';
import { openDatabase } from './store/open-database.ts';
import { UsageStore } from './store/usage-store.ts';
import { UsagePlans } from './usage/usage-plans.ts';

/** What the gateway stands on. */
export interface ApiGatewayOptions {
  /** API keys, their plans and the counters of quotas are in a folder `apigateway` in it. */
  readonly dataDir: string;
  readonly region: string;
  readonly lambda: LambdaAccess;
  /** Who signed a request for `execute-api`; throws `AwsError`. */
  readonly verifySignature: VerifySignature;
  readonly logs: LogSink;
  /** Gets every access log line besides its log group. */
  readonly onAccess?: (line: string) => void;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** Opens API Gateway over a data folder. Its APIs come with the resources that are created afterwards. */
export function openApiGateway(options: ApiGatewayOptions): ApiGateway {
  const { dataDir, region, lambda, verifySignature, logs, onAccess, now = Date.now } = options;
  const database = openDatabase(dataDir);
  const keys = new KeyStore(database);
  const usage = new UsageStore(database);
  const registry = new Registry();
  const log = executionLog(logs);
  const plans = new UsagePlans(keys, usage, now);
  const authorizers = new LambdaAuthorizers({ lambda, log, now });
  const front = new Front({
    registry,
    authorizers,
    usagePlans: plans,
    lambda,
    verifySignature,
    log,
    accessLog: accessLog(logs, onAccess),
    now,
  });
  const handle: ApiGateway['handle'] = async (request, response, target) => {
    try {
      await front.handle(request, response, target);
    } catch {
      // Only when even the logs cannot be written any more: the client at least must not wait.
      response.destroy();
    }
  };
  return {
    service: controlService({ region, registry, authorizers, keys, usage, plans, now }),
    resourceTypes: allResourceTypes({ registry, plans, keys, now }),
    handle,
    executeApi: (request, response) => handle(request, response, executeApiTarget(request.url ?? '/')),
    stop: () => database.close(),
  };
}
