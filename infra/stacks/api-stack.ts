import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';
import { ControlApi } from '../constructs/control-api.ts';
import { GatewayLogging } from '../constructs/gateway-logging.ts';
import { TenantApi } from '../constructs/tenant-api.ts';
import { AccountFunction } from '../functions/account-function.ts';
import { AuthorizerFunction } from '../functions/authorizer-function.ts';
import { ControlFunction } from '../functions/control-function.ts';
import { InvoicePdfFunction } from '../functions/invoice-pdf-function.ts';
import { StripeWebhookFunction } from '../functions/stripe-webhook-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import type { ExportsStack } from './exports-stack.ts';
import type { InferenceStack } from './inference-stack.ts';
import type { MeteringStack } from './metering-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** Both front doors, and the functions that stand at them. Its outputs tell the command line where the APIs are. */
export class ApiStack extends PlatformStack {
  readonly tenantApi: TenantApi;

  constructor(
    scope: Construct,
    id: string,
    settings: StageSettings,
    data: DataStack,
    metering: MeteringStack,
    inference: InferenceStack,
    exports: ExportsStack,
    gpu: GpuEndpoints | undefined,
  ) {
    super(scope, id, settings, 'MaaS: the APIs for tenants and operators');
    const logging = new GatewayLogging(this, 'GatewayLogging');
    const invoicePdf = new InvoicePdfFunction(this, settings, data).lambda;
    const tenantApi = new TenantApi(this, 'TenantApi', {
      settings,
      logging,
      authorizer: new AuthorizerFunction(this, settings, data).lambda,
      predict: inference.predict.lambda,
      predictGpu: inference.predictGpu?.lambda,
      predictIsolated: inference.predictIsolated?.lambda,
      account: new AccountFunction(this, settings, data).lambda,
      invoicePdf,
      stripeWebhook: new StripeWebhookFunction(this, settings, data, exports.secrets).lambda,
    });
    this.tenantApi = tenantApi;
    const controlApi = new ControlApi(this, 'ControlApi', {
      settings,
      logging,
      control: new ControlFunction(this, settings, data, metering, inference.validate, tenantApi, exports, gpu).lambda,
      invoicePdf,
    });

    for (const [name, api] of Object.entries({ TenantApi: tenantApi, ControlApi: controlApi })) {
      new CfnOutput(this, `${name}Id`, { value: api.restApiId });
      new CfnOutput(this, `${name}Stage`, { value: api.deploymentStage.stageName });
      new CfnOutput(this, `${name}Url`, { value: api.url });
    }
  }
}
