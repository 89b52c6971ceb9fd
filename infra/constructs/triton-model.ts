import { Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { ModelRole } from './model-role.ts';
import { tritonImage } from './triton-image.ts';

interface TritonModelProps {
  /** What the container gets besides the image. */
  readonly container: Pick<
    CfnModel.ContainerDefinitionProperty,
    'modelDataUrl' | 'environment' | 'mode' | 'multiModelConfig'
  >;
  /** Where it may write. */
  readonly logs: readonly ILogGroup[];
}

/** A model, or all models below a prefix, in Triton: the container, what it loads, and a role of its own. */
export class TritonModel extends Construct {
  readonly role: ModelRole;
  readonly modelName: string;

  constructor(scope: Construct, id: string, { container, logs }: TritonModelProps) {
    super(scope, id);
    const image = tritonImage(Stack.of(this).region);
    this.role = new ModelRole(this, 'Role', image, logs);
    const model = new CfnModel(this, 'Model', {
      executionRoleArn: this.role.roleArn,
      primaryContainer: { ...container, image: image.uri },
      // A model is a program that somebody else wrote: it can call nobody, and SageMaker itself fetches what it needs.
      enableNetworkIsolation: true,
    });
    // Policies and all: SageMaker looks at once whether the role can read the archive.
    model.node.addDependency(this.role);
    this.modelName = model.attrModelName;
  }
}
