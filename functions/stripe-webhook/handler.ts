import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { ResourceNotFoundException, SecretsManager } from '@aws-sdk/client-secrets-manager';
import { ErrorReportNotes } from '../../core/billing/export/stripe/error-report-notes.ts';
import { apiHandler } from '../api-handler.ts';
import { dispatch } from '../dispatch.ts';
import { environmentVariable } from '../environment-variable.ts';
import { CachedSecret } from './cached-secret.ts';
import { stripeWebhookOperations } from './stripe-webhook-operations.ts';

const secrets = new SecretsManager({});
const secretId = environmentVariable('WEBHOOK_SECRET');

async function readSecret(): Promise<string | undefined> {
  try {
    return (await secrets.getSecretValue({ SecretId: secretId })).SecretString;
  } catch (error) {
    // It has no value until Stripe is connected.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Hears from Stripe what does not count there. Anybody can call it; it has no key of Stripe's and calls nobody. */
export const handler = apiHandler(
  'tenant',
  dispatch(
    stripeWebhookOperations({
      secret: new CachedSecret(readSecret, () => performance.now()),
      notes: new ErrorReportNotes(new DynamoDB({}), environmentVariable('EXPORTS_TABLE')),
      now: () => new Date(),
    }),
  ),
  new Logger({ serviceName: 'stripe-webhook' }),
);
