import type { DataStack } from '../stacks/data-stack.ts';

/** Names of the outputs by which other stacks know the buckets' ARNs. CDK makes them; should one change, the synthesis prints the new id. */
const outputs = {
  artifacts: 'PublishOutputFnGetAttArtifacts82DD59A1Arn203AF0AE',
  results: 'PublishOutputFnGetAttResults25575328ArnD6E613B6',
  ledger: 'PublishOutputFnGetAttLedgerB7379752ArnB99A48A5',
  exports: 'PublishOutputFnGetAttExports25637AFBArn9B1D22E2',
};

/** The id of cdk-nag's finding about the keys of a bucket of the data stack that match, in a role of another stack. */
export const objectsWildcard = (data: DataStack, bucket: keyof typeof outputs, keys: string): string => {
  const arn = {
    'Fn::GetStackOutput': { StackName: data.stackName, Region: data.region, OutputName: outputs[bucket] },
  };
  return `AwsSolutions-IAM5[Resource::${JSON.stringify(arn)}/${keys}]`;
};
