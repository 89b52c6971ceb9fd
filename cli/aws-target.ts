import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { CliError } from './cli-error.ts';
import type { Target } from './target.ts';

interface Choice {
  readonly stage: string;
  readonly profile: string | undefined;
  readonly region: string | undefined;
}

/** Finds the control API of a deployed stage through the outputs of its stack `maas-<stage>-api`. */
export async function awsTarget({ stage, profile, region }: Choice): Promise<Target> {
  const stack = `maas-${stage}-api`;
  const credentials = defaultProvider(profile === undefined ? {} : { profile });
  const client = new CloudFormationClient({
    credentials,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  });
  try {
    const found = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const url = found.Stacks?.[0]?.Outputs?.find((output) => output.OutputKey === 'ControlApiUrl')?.OutputValue;
    if (url === undefined)
      throw new CliError(`stack ${stack} has no output ControlApiUrl; deploy this version of the app first`);
    return {
      url: url.replace(/\/$/, ''),
      region: await client.config.region(),
      credentials,
      label: `stage ${stage} in AWS`,
    };
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`cannot read the outputs of stack ${stack}: ${reason}`, { cause: error });
  }
}
