import { AssetHashType } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { StageSettings } from '../settings/stage-settings.ts';
import { nativeLayerFolder } from './native-layer-folder.ts';
import { type NativeModule, nodeArchitecture } from './native-modules.ts';

/** Modules with native code, once for all functions that use them, so that each function's own bundle stays small. */
export class NativeLayer extends LayerVersion {
  constructor(scope: Construct, id: string, settings: StageSettings, modules: readonly NativeModule[]) {
    const { folder, digest } = nativeLayerFolder(nodeArchitecture(settings.architecture), modules);
    super(scope, id, {
      description: modules.join(' and '),
      // The digest is known from the lockfile; letting CDK read 67 MB at each synthesis would only find the same.
      code: Code.fromAsset(folder, { assetHash: digest, assetHashType: AssetHashType.CUSTOM }),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [settings.architecture === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64],
    });
  }
}
