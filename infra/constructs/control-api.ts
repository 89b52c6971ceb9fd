import { Validations } from 'aws-cdk-lib';
import { AuthorizationType } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { routes } from '../../core/api/routes.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import { accessLogFormat } from './access-log-format.ts';
import { controlResponses } from './control-responses.ts';
import type { GatewayLogging } from './gateway-logging.ts';
import { RouteApi } from './route-api.ts';

const controlRoutes = routes.filter(({ api }) => api === 'control');

interface ControlApiProps {
  readonly settings: StageSettings;
  readonly logging: GatewayLogging;
  readonly control: IFunction;
  readonly invoicePdf: IFunction;
}

/** The operators' API. Every method wants a signature of an IAM identity of this account; no tenant key opens it. */
export class ControlApi extends RouteApi {
  constructor(scope: Construct, id: string, { settings, logging, control, invoicePdf }: ControlApiProps) {
    super(scope, id, {
      settings,
      logging,
      restApiName: `maas-${settings.name}-control`,
      description: `MaaS ${settings.name}: tenants, keys and models for operators`,
      accessLogFormat: accessLogFormat({ caller: '$context.identity.userArn' }),
      // PDFs leave as bytes, whatever a client says that it accepts.
      binaryMediaTypes: ['*/*'],
    });
    this.addRoutes(controlRoutes, { control, 'invoice-pdf': invoicePdf }, () => ({
      authorizationType: AuthorizationType.IAM,
    }));
    for (const response of controlResponses) this.addGatewayResponse(response.type.responseType, response);

    Validations.of(this).acknowledge({
      id: 'AwsSolutions-COG4',
      reason:
        'Operators sign with IAM identities, which the account already has, with its own rules for who may call what.',
    });
  }
}
