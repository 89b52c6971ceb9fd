import { AssetHashType } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { StageSettings } from '../settings/stage-settings.ts';
import { nativeLayerFolder } from './native-layer-folder.ts';
import { nodeArchitecture } from './native-modules.ts';

/** ONNX Runtime and sharp, once for all functions that run models, so that each function's own bundle stays small. */
export class NativeLayer extends LayerVersion {
  constructor(scope: Construct, id: string, settings: StageSettings) {
    const { folder, digest } = nativeLayerFolder(nodeArchitecture(settings.architecture));
    super(scope, id, {
      description: 'ONNX Runtime and sharp',
      // The digest is known from the lockfile; letting CDK read 67 MB at each synthesis would only find the same.
      code: Code.fromAsset(folder, { assetHash: digest, assetHashType: AssetHashType.CUSTOM }),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [settings.architecture === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64],
    });
  }
}
