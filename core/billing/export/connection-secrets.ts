import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Destination } from './destination.ts';

/** The secrets of destinations: each in a secret of its own in AWS Secrets Manager, so that each has its own readers. */
export class ConnectionSecrets {
  readonly #client: SecretsManager;
  readonly #ids: Readonly<Record<string, string>>;

  /** @param ids ARN or name of the secret of each `<destination>.<field>` that is known here */
  constructor(client: SecretsManager, ids: Readonly<Record<string, string>>) {
    this.#client = client;
    this.#ids = ids;
  }

  /** Needs `secretsmanager:GetSecretValue`. @throws Error when it was never set */
  async get(destination: Destination, field: string): Promise<string> {
    const { SecretString } = await this.#client.getSecretValue({ SecretId: this.#id(destination, field) });
    if (SecretString === undefined) throw new Error(`the secret ${destination}.${field} holds no text`);
    return SecretString;
  }

  /** Needs `secretsmanager:PutSecretValue`. */
  async set(destination: Destination, field: string, value: string): Promise<void> {
    await this.#client.putSecretValue({ SecretId: this.#id(destination, field), SecretString: value });
  }

  #id(destination: Destination, field: string): string {
    const id = this.#ids[`${destination}.${field}`];
    if (id === undefined) throw new Error(`no secret is provided for ${destination}.${field}`);
    return id;
  }
}
