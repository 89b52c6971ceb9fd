import { Tags } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CfnEndpointConfig } from 'aws-cdk-lib/aws-sagemaker';

/** Says in the account itself, and to our rule, that somebody asked for requests to be kept. */
export const dataCaptureTag = 'maas:data-capture-percent';

interface DataCaptureProps {
  readonly percent: number;
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly key: IKey;
}

/** Keeps a share of an endpoint's requests and answers. They are the tenants', so nothing but a setting switches it on. */
export class DataCapture {
  readonly #props: DataCaptureProps;

  constructor(props: DataCaptureProps) {
    this.#props = props;
  }

  /** The property of the endpoint's configuration. */
  get config(): CfnEndpointConfig.DataCaptureConfigProperty {
    const { percent, bucket, prefix, key } = this.#props;
    return {
      enableCapture: true,
      initialSamplingPercentage: percent,
      captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
      destinationS3Uri: bucket.s3UrlForObject(prefix),
      kmsKeyId: key.keyArn,
    };
  }

  tag(config: CfnEndpointConfig): void {
    Tags.of(config).add(dataCaptureTag, String(this.#props.percent));
  }
}
