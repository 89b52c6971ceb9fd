import type { DataStack } from '../stacks/data-stack.ts';

/**
 * The id of cdk-nag's finding about `sha256/*` in the artifacts bucket. It spells the bucket's ARN as other stacks see it, with the
 * output that CDK makes for it; should that ever change its name, the synthesis fails and prints the new id.
 */
export const artifactWildcard = (data: DataStack): string => {
  const OutputName = 'PublishOutputFnGetAttArtifacts82DD59A1Arn203AF0AE';
  const arn = { 'Fn::GetStackOutput': { StackName: data.stackName, Region: data.region, OutputName } };
  return `AwsSolutions-IAM5[Resource::${JSON.stringify(arn)}/sha256/*]`;
};
