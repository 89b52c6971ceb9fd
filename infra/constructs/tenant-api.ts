import { Duration, Validations } from 'aws-cdk-lib';
import {
  ApiKeySourceType,
  AuthorizationType,
  type IAuthorizer,
  IdentitySource,
  type IRestApi,
  Period,
  RequestAuthorizer,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Route } from '../../core/api/route.ts';
import { routes } from '../../core/api/routes.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import { accessLogFormat } from './access-log-format.ts';
import type { GatewayLogging } from './gateway-logging.ts';
import { RouteApi } from './route-api.ts';
import { tenantResponses } from './tenant-responses.ts';
import { tenantRoutes } from './tenant-routes.ts';

/** Enough for every secret scanner and webhook there is, and little to pay for when somebody plays with it: no usage plan covers these routes. */
const openThrottle = { ratePerSecond: 5, burst: 10 };
const openRoutes = routes.filter(({ api, authorization }) => api === 'tenant' && authorization === 'none');
const isOpen = (path: string, method: string): boolean =>
  openRoutes.some((route) => route.path === path && route.method === method);

interface TenantApiProps {
  readonly settings: StageSettings;
  readonly logging: GatewayLogging;
  readonly authorizer: IFunction;
  readonly predict: IFunction;
  /** Serves the models with a GPU endpoint of their own; only where there are some. */
  readonly predictGpu: IFunction | undefined;
  /** Serves the models that the settings isolate; only where there are some. */
  readonly predictIsolated: IFunction | undefined;
  readonly account: IFunction;
  readonly invoicePdf: IFunction;
  readonly stripeWebhook: IFunction;
}

/**
 * The data plane. Tenants send a key of ours; the authorizer answers with the tenant's hidden native key, and by that one API Gateway
 * applies the usage plan. So a tenant's keys can be rotated without touching its quota, and no native key ever leaves the account.
 */
export class TenantApi extends RouteApi {
  /** The usage plans by the name of the tenants' plan. */
  readonly plans: Readonly<Record<keyof StageSettings['usagePlans'], UsagePlan>>;

  constructor(scope: Construct, id: string, props: TenantApiProps) {
    const { settings, logging, authorizer, predict, predictGpu, predictIsolated, account, invoicePdf, stripeWebhook } =
      props;
    super(scope, id, {
      settings,
      methodThrottles: Object.fromEntries(openRoutes.map(({ path, method }) => [`${path}/${method}`, openThrottle])),
      logging,
      restApiName: `maas-${settings.name}-tenant`,
      description: `MaaS ${settings.name}: inference and self-service for tenants`,
      accessLogFormat: accessLogFormat({
        tenant: '$context.authorizer.tenant',
        keyId: '$context.authorizer.keyId',
      }),
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      // Pictures and binary tensors reach the functions byte for byte, whatever content type a client gives them.
      binaryMediaTypes: ['*/*'],
    });

    // Each protocol's clients send the key in one header only. An authorizer per header lets a request without it be refused with 401
    // before any function runs, and makes that header alone the cache key.
    const byHeader = (name: string, header: string): IAuthorizer =>
      new RequestAuthorizer(this, name, {
        handler: authorizer,
        identitySources: [IdentitySource.header(header)],
        // The longest that a revoked key can go on working, should control's flush of this cache fail.
        resultsCacheTtl: Duration.seconds(60),
      });
    const authorizers: Partial<Record<Route['authorization'], IAuthorizer>> = {
      'api-key': byHeader('ApiKeyAuthorizer', 'x-api-key'),
      bearer: byHeader('BearerAuthorizer', 'Authorization'),
    };
    const served = {
      predict,
      'predict-gpu': predictGpu,
      'predict-isolated': predictIsolated,
      account,
      'invoice-pdf': invoicePdf,
      'stripe-webhook': stripeWebhook,
    };
    const own = { 'predict-gpu': Object.keys(settings.gpu?.models ?? {}), 'predict-isolated': settings.isolatedModels };
    this.addRoutes(tenantRoutes(own), served, ({ id: route, authorization }) => {
      if (authorization === 'none') return { authorizationType: AuthorizationType.NONE };
      const method = authorizers[authorization];
      if (method === undefined)
        throw new Error(`tenants cannot authenticate by ${authorization}, as ${route} asks them to`);
      return { apiKeyRequired: true, authorizationType: AuthorizationType.CUSTOM, authorizer: method };
    });
    for (const response of tenantResponses) this.addGatewayResponse(response.type.responseType, response);

    const plan = (name: keyof StageSettings['usagePlans']) => {
      const { ratePerSecond, burst, quotaPerMonth } = settings.usagePlans[name];
      return this.addUsagePlan(`Plan-${name}`, {
        name: `maas-${settings.name}-${name}`,
        // CDK's declarations are not written for exactOptionalPropertyTypes, hence the cast.
        apiStages: [{ api: this as IRestApi, stage: this.deploymentStage }],
        throttle: { rateLimit: ratePerSecond, burstLimit: burst },
        quota: { limit: quotaPerMonth, period: Period.MONTH },
      });
    };
    this.plans = { free: plan('free'), pro: plan('pro'), enterprise: plan('enterprise') };

    for (const method of this.methods) {
      if (!isOpen(method.resource.path, method.httpMethod)) continue;
      Validations.of(method).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'What proves the caller is in the request, and the function checks it: a leaked key, by which anybody may revoke it, or the signature of Stripe.',
      });
    }

    Validations.of(this).acknowledge({
      id: 'AwsSolutions-COG4',
      reason:
        'Tenants are programs with API keys, not people with passwords: a Lambda authorizer checks the key of every method.',
    });
  }
}
