import { randomBytes } from 'node:crypto';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { uuidv7 } from 'uuidv7';
import { AuditLog } from '../../core/audit/audit-log.ts';
import { connectionKinds } from '../../core/billing/export/connection-kinds.ts';
import { Connections } from '../../core/billing/export/connections.ts';
import { Exports } from '../../core/billing/export/exports.ts';
import { MarketplaceStates } from '../../core/billing/export/marketplace/marketplace-states.ts';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { Settlements } from '../../core/billing/export/outbox/settlements.ts';
import { DynamoDBCatalog } from '../../core/catalog/dynamodb-catalog.ts';
import { DynamoDBRegistry } from '../../core/catalog/dynamodb-registry.ts';
import { GpuServing } from '../../core/catalog/gpu/gpu-serving.ts';
import { Registry } from '../../core/catalog/registry.ts';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { LedgerIndex } from '../../core/metering/ledger/ledger-index.ts';
import { LedgerPages } from '../../core/metering/ledger/ledger-pages.ts';
import { LedgerReader } from '../../core/metering/ledger/ledger-reader.ts';
import { Reconciliations } from '../../core/metering/reconcile/reconciliations.ts';
import { UsageAdjustments } from '../../core/metering/usage-adjustments.ts';
import { UsageVoids } from '../../core/metering/usage-voids.ts';
import { Authenticator } from '../../core/tenancy/authenticator.ts';
import { CurrentPriceBook } from '../../core/tenancy/current-price-book.ts';
import { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { Keys } from '../../core/tenancy/keys.ts';
import { Offboarding } from '../../core/tenancy/offboarding.ts';
import { TenantExport } from '../../core/tenancy/tenant-export.ts';
import { Tenants } from '../../core/tenancy/tenants.ts';
import { accountOperations } from '../../functions/account/account-operations.ts';
import { apiHandler } from '../../functions/api-handler.ts';
import { authorize } from '../../functions/authorizer/authorize.ts';
import { billingAccess } from '../../functions/billing-access.ts';
import { controlOperations } from '../../functions/control/control-operations.ts';
import { dispatch } from '../../functions/dispatch.ts';
import { limitsAccess } from '../../functions/limits-access.ts';
import { tenantBooks } from '../../functions/tenant-books.ts';
import { usageAccess } from '../../functions/usage-access.ts';
import { startDynamoDB } from '../core/storage/dynamodb.ts';
import { FakeArtifacts } from './fake-artifacts.ts';
import { FakeGatewayKeys } from './fake-gateway-keys.ts';
import { FakeGpu } from './fake-gpu.ts';
import { FakeSecrets } from './fake-secrets.ts';
import { FakeValidator } from './fake-validator.ts';
import { lambdaContext, proxyEvent, type TestRequest } from './proxy-event.ts';
import { recordingLogger } from './recording-logger.ts';

/** An answer, its JSON parsed. */
export interface TestAnswer<Body = Readonly<Record<string, unknown>>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: Body;
}

const stageArn = 'arn:aws:execute-api:eu-west-1:000000000000:api123/dev';

/**
 * The functions `control`, `account` and `authorizer` over a DynamoDB of their own, put together as their handlers do, with fakes
 * for API Gateway's keys, the artifacts bucket, the sandbox and the GPU endpoints.
 */
export async function startPlatform() {
  const dynamo = await startDynamoDB();
  const clock = { now: new Date() };
  const now = () => clock.now;
  const gateway = new FakeGatewayKeys();
  const artifacts = new FakeArtifacts();
  const validator = new FakeValidator();
  const gpu = new FakeGpu();
  const secrets = new FakeSecrets();
  const spilled = { waits: false };
  const { logger, lines } = recordingLogger();

  const tenantStore = new DynamoDBTenants(dynamo.client, 'tenants');
  const keyStore = new DynamoDBKeys(dynamo.client, 'keys');
  const tables = { usage: 'usage', rollups: 'rollups', exports: 'exports' };
  const access = usageAccess(dynamo.client, tables, now);
  const journal = new DynamoDBJournal(dynamo.client, 'usage', now);
  const corrections = { reader: access.journal, journal, source: 'maas/eu-west-1/test', newId: uuidv7, now };
  const voids = new UsageVoids(corrections);
  const adjustments = new UsageAdjustments(corrections);
  // A ledger that nothing was archived in.
  const nothing = () => Promise.reject(new Error('nothing is there'));
  const bucket = { keys: async () => [], open: nothing, look: nothing };
  const ledger = {
    bucket,
    index: new LedgerIndex(dynamo.client, 'rollups'),
    reader: new LedgerReader(bucket),
  };
  const pages = new LedgerPages({ ...ledger, now });
  const audit = new AuditLog({ client: dynamo.client, table: 'audit', now, newId: uuidv7 });
  const shared = {
    tenants: tenantStore,
    keys: keyStore,
    audit,
    keyEnvironment: 'test' as const,
    now,
    random: randomBytes,
  };
  const tenants = new Tenants({
    ...shared,
    gateway,
    usagePlans: { free: 'plan-f', pro: 'plan-p', enterprise: 'plan-e' },
    gatewayKeyPrefix: 'maas-dev',
  });
  const registry = new Registry({
    catalog: new DynamoDBCatalog(dynamo.client, 'catalog'),
    registry: new DynamoDBRegistry(dynamo.client, 'catalog'),
    artifacts,
    validator,
    gpu: new GpuServing({ stage: 'dev', endpoints: gpu.endpoints, directory: gpu, archives: gpu, trial: gpu }),
    now,
  });
  const keys = new Keys({ ...shared, flushAuthorizations: () => gateway.flushAuthorizations() });
  const billing = billingAccess(dynamo.client, 'billing', { rollups: access.rollups, stage: 'dev', now });
  const limits = limitsAccess(dynamo.client, {
    tables: { limits: 'limits', billing: 'billing' },
    plans: { free: { perMonth: { images: 100 }, concurrent: 5 } },
    source: access.source,
    audit,
    now,
  });
  const offboarding = new Offboarding({
    ...shared,
    gateway,
    books: tenantBooks(dynamo.client, tables, billing, [{ isEmpty: async () => !spilled.waits }], now),
  });
  const serveControl = apiHandler(
    'control',
    dispatch(
      controlOperations({
        tenants,
        keys,
        limits,
        offboarding,
        tenantExport: new TenantExport({ ...shared, client: dynamo.client, usageTable: 'usage', ledger: pages }),
        audit,
        registry,
        metering: { access, voids, adjustments, ledger, logger, now },
        focus: { run: { run: async () => [] }, now },
        reconciling: {
          run: { run: async () => undefined },
          results: new Reconciliations(dynamo.client, 'reconciliations'),
          now,
        },
        exporting: {
          exports: new Exports({
            kinds: connectionKinds,
            connections: new Connections(dynamo.client, 'exports'),
            secrets,
            links: new ExportLinks(dynamo.client, 'exports'),
            outbox: new Outbox(dynamo.client, 'exports'),
            settlements: new Settlements(dynamo.client, 'exports'),
            marketplace: new MarketplaceStates(dynamo.client, 'exports'),
            now,
          }),
          run: { run: async () => ({ destinations: [], unopened: [], failures: 0 }) },
          now,
        },
        billing,
      }),
    ),
    logger,
  );
  const serveAccount = apiHandler(
    'tenant',
    dispatch(
      accountOperations({
        tenants: tenantStore,
        keys: new Keys({ ...shared, flushAuthorizations: undefined }),
        access,
        limits,
        billing,
        now,
      }),
    ),
    logger,
  );
  const newAuthorizer = () =>
    authorize(
      new Authenticator(keyStore, tenantStore, new CurrentPriceBook(dynamo.client, 'billing', now), now),
      logger,
    );
  let authorizer = newAuthorizer();

  const call =
    (handler: typeof serveControl) =>
    async <Body = Readonly<Record<string, unknown>>>(
      method: string,
      resource: string,
      request: TestRequest = {},
    ): Promise<TestAnswer<Body>> => {
      const result = await handler(proxyEvent(method, resource, request), lambdaContext(request));
      const headers = Object.fromEntries(Object.entries(result.headers ?? {}).map(([k, v]) => [k, String(v)]));
      return { status: result.statusCode, headers, text: result.body, json: JSON.parse(result.body) as Body };
    };

  return {
    dynamo,
    secrets,
    clock,
    gateway,
    artifacts,
    validator,
    gpu,
    logs: lines,
    journal,
    rollups: access.rollups,
    spilled,
    offboarding,
    tenants: tenantStore,
    control: call(serveControl),
    account: call(serveAccount),
    /** Another execution environment of the authorizer: what it remembered is gone. */
    restartAuthorizer: () => {
      authorizer = newAuthorizer();
    },
    /** Asks the authorizer as the gateway does, by default for an Open Inference route with `x-api-key`. */
    authorize: (
      headers: Readonly<Record<string, string | readonly string[]>>,
      [method, resource]: readonly [string, string] = ['GET', '/v2/models/{model}'],
    ): Promise<APIGatewayAuthorizerResult> => {
      const several = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
      return authorizer({
        type: 'REQUEST',
        methodArn: `${stageArn}/${method}${resource}`,
        resource,
        path: resource,
        httpMethod: method,
        headers: Object.fromEntries(several.map(([name, values]) => [name, values.at(-1)])),
        multiValueHeaders: Object.fromEntries(several),
        requestContext: { requestId: 'request-1' },
      } as unknown as APIGatewayRequestAuthorizerEvent);
    },
    stageArn,
    stop: () => dynamo.stop(),
  };
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>;
