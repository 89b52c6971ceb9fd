import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import type { Command } from 'commander';
import { localTarget } from './local-target.ts';

/** A control API that the commands can talk to. */
export interface Target {
  /** Base URL of the control API, without a trailing slash. */
  readonly url: string;
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
  /** How it reads in messages, e.g. `the local cloud in .maas`. */
  readonly label: string;
}

/** The target that the global options choose: a stage in AWS when one of them names AWS, else the local cloud. */
export async function findTarget(command: Command): Promise<Target> {
  const { stage, profile, region } = command.optsWithGlobals<{ stage?: string; profile?: string; region?: string }>();
  const aws = stage !== undefined || profile !== undefined || region !== undefined;
  if (!aws) return localTarget();
  // The SDK takes as long to load as all the rest, and only this needs it.
  const { awsTarget } = await import('./aws-target.ts');
  return awsTarget({ stage: stage ?? 'dev', profile, region });
}
