import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageSettings } from './settings/stage-settings.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { InferenceStack } from './stacks/inference-stack.ts';

/** One whole deployment, split by life cycle: data outlives functions, and the front door changes most often. */
export class PlatformStage extends Stage {
  constructor(scope: Construct, settings: StageSettings) {
    // No account: whoever deploys decides it. The Region must be known, or DynamoDB tables cannot take a customer key.
    super(scope, settings.name, { env: { region: settings.region } });
    const data = new DataStack(this, 'data', settings);
    const inference = new InferenceStack(this, 'inference', settings, data);
    new ApiStack(this, 'api', settings, data, inference);
  }
}
