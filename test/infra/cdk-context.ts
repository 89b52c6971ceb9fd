import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../infra/constructs/repository-root.ts';

/** The context of cdk.json, feature flags and all, as the CDK command line hands it to the app. */
export const cdkContext: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(join(repositoryRoot, 'cdk.json'), 'utf8'),
).context;
