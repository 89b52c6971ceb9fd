import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { StageSettings } from '../settings/stage-settings.ts';

/**
 * Where SageMaker writes what the containers of an endpoint print. The name is SageMaker's choice, so the group must be there first, or
 * SageMaker makes one to keep for ever; and it goes with the endpoint, or it would stand in the way of the next one of that name.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 */
export class EndpointLog extends LogGroup {
  constructor(
    scope: Construct,
    id: string,
    of: 'Endpoints' | 'InferenceComponents',
    name: string,
    { logRetention }: StageSettings,
  ) {
    super(scope, id, {
      logGroupName: `/aws/sagemaker/${of}/${name}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
