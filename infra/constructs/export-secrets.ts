import { Stack, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { connectionKinds } from '../../core/billing/export/connection-kinds.ts';
import { type Destination, destinations } from '../../core/billing/export/destination.ts';
import type { StageSettings } from '../settings/stage-settings.ts';

/** Where a secret of a destination's connection is kept. */
export interface ExportSecret {
  readonly destination: Destination;
  readonly field: string;
  readonly arn: string;
}

/** A secret for each secret field of each destination, empty until an operator connects it: each has its own readers. */
export class ExportSecrets extends Construct {
  readonly all: readonly ExportSecret[];

  constructor(scope: Construct, id: string, settings: StageSettings, key: IKey) {
    super(scope, id);
    this.all = destinations.flatMap((destination) =>
      (connectionKinds[destination]?.secrets ?? []).map((field) => {
        const secret = new CfnSecret(this, `${destination}-${field}`, {
          description: `MaaS ${settings.name}: ${field} of ${destination}`,
          kmsKeyId: key.keyArn,
        });
        Validations.of(secret).acknowledge({
          id: 'AwsSolutions-SMG4',
          reason:
            'It is made by a service outside, which has no way to rotate it: an operator connects again with a new one.',
        });
        return { destination, field, arn: secret.ref };
      }),
    );
  }

  /** ARNs by `<destination>.<field>`, as functions read them from their environment. */
  arnsOf(secrets: readonly ExportSecret[]): string {
    return Stack.of(this).toJsonString(
      Object.fromEntries(secrets.map(({ destination, field, arn }) => [`${destination}.${field}`, arn])),
    );
  }
}
