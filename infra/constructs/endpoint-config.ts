import { CfnEndpointConfig, type CfnEndpointConfigProps } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import type { DataCapture } from './data-capture.ts';

/**
 * What an endpoint runs. It has no name: nothing in it can be changed, so each change makes a new one, and the endpoint moves over to it.
 *
 * Nor has it a key for the instances' volumes: g5 and g6 have disks of their own, which are encrypted in hardware, and SageMaker refuses a
 * `KmsKeyId` with them (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html).
 */
export class EndpointConfig extends CfnEndpointConfig {
  constructor(
    scope: Construct,
    id: string,
    props: Omit<CfnEndpointConfigProps, 'endpointConfigName' | 'kmsKeyId' | 'dataCaptureConfig'>,
    capture?: DataCapture,
  ) {
    super(scope, id, { ...props, ...(capture === undefined ? {} : { dataCaptureConfig: capture.config }) });
    capture?.tag(this);
  }
}
