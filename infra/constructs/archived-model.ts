import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { GpuModel } from '../models/gpu-model.ts';
import type { ModelArchiveAsset } from './model-archive-asset.ts';
import { TritonModel } from './triton-model.ts';

/** One model of the catalogue, loaded from its archive. Its role reads that one object. */
export class ArchivedModel extends TritonModel {
  constructor(
    scope: Construct,
    id: string,
    { manifest }: GpuModel,
    archive: ModelArchiveAsset,
    logs: readonly ILogGroup[],
  ) {
    super(scope, id, {
      logs,
      container: { modelDataUrl: archive.url, environment: { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: manifest.name } },
    });
    // All that it needs for the bucket as `cdk bootstrap` makes it; one under a key of your own also wants kms:Decrypt on that key.
    this.role.allow('s3:GetObject', archive.objectArn);
  }
}
