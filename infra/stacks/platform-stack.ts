import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageSettings } from '../settings/stage-settings.ts';

/** A stack named `maas-<stage>-<id>`, which cannot be deleted by accident where data is to be kept. */
export class PlatformStack extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, description: string) {
    super(scope, id, {
      stackName: `maas-${settings.name}-${id}`,
      description,
      terminationProtection: settings.retainData,
    });
  }
}
