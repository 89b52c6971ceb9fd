import { basename } from 'node:path';
import { AssetStaging, FileAssetPackaging, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * A model archive in the bucket of CDK's assets. Not CDK's own `Asset`: that names the object `<digest>.gz`, and SageMaker asks for the
 * ending `.tar.gz` (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html).
 */
export class ModelArchiveAsset extends Construct {
  /** `s3://…tar.gz` */
  readonly url: string;
  /** Of this one object. */
  readonly objectArn: string;

  constructor(scope: Construct, id: string, file: string) {
    super(scope, id);
    const stack = Stack.of(this);
    const staging = new AssetStaging(this, 'Staging', { sourcePath: file });
    const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
      packaging: FileAssetPackaging.FILE,
      // The key is this and the file's last ending.
      sourceHash: `${staging.assetHash}.tar`,
      fileName: staging.relativeStagedPath(stack),
      displayName: basename(file),
    });
    this.url = `s3://${bucketName}/${objectKey}`;
    this.objectArn = stack.formatArn({
      service: 's3',
      region: '',
      account: '',
      resource: bucketName,
      resourceName: objectKey,
    });
  }
}
