import { Duration } from 'aws-cdk-lib';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';

/**
 * The sandbox for models that nobody has vouched for yet. It is granted nothing: files reach it by presigned URL, and code that broke out
 * of ONNX Runtime would find credentials that can write one log.
 */
export class ValidateFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, layer: ILayerVersion) {
    super(scope, 'validate', {
      settings,
      memoryMiB: 2_048,
      // Control waits for the verdict, and has 29 seconds itself.
      timeout: Duration.seconds(25),
      layers: [layer],
      reservedConcurrency: settings.reservedConcurrency?.validate,
      tracing: 'untraced',
    });
  }
}
