import { environmentVariable } from './environment-variable.ts';

/** AWS credentials, as the SDK's clients and our own take them. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles, under the name that the SDK's clients import. A Lambda
 * function finds its role's credentials in its environment, always; the other ways that the package knows (profiles, SSO, STS, instance
 * metadata) are 120 kB that each cold start would read for nothing, 12 ms.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const defaultProvider = () => async (): Promise<Credentials> => ({
  accessKeyId: environmentVariable('AWS_ACCESS_KEY_ID'),
  secretAccessKey: environmentVariable('AWS_SECRET_ACCESS_KEY'),
  sessionToken: environmentVariable('AWS_SESSION_TOKEN'),
});
