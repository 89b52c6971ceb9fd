import {
  type APIGatewayClient,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  FlushStageAuthorizersCacheCommand,
  NotFoundException,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import type { GatewayKeys } from './gateway-keys.ts';

/**
 * `GatewayKeys` on the API Gateway control API. Its rates are low and fixed (5 CreateApiKey a second for the account), so the
 * client that comes in should retry patiently. It never reads keys: that permission would show the values of all of them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export class ApiGatewayKeys implements GatewayKeys {
  readonly #client: APIGatewayClient;
  readonly #restApiId: string;
  readonly #stageName: string;

  constructor(client: APIGatewayClient, tenantApi: { readonly restApiId: string; readonly stageName: string }) {
    this.#client = client;
    this.#restApiId = tenantApi.restApiId;
    this.#stageName = tenantApi.stageName;
  }

  async create(name: string, value: string): Promise<string> {
    const { id } = await this.#client.send(new CreateApiKeyCommand({ name, value, enabled: true }));
    if (id === undefined) throw new Error('CreateApiKey answered without an id');
    return id;
  }

  async attach(keyId: string, usagePlanId: string): Promise<void> {
    try {
      await this.#client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    } catch (error) {
      // The key was in no plan, so what conflicts is an earlier try of ours whose answer was lost.
      if (!(error instanceof ConflictException)) throw error;
    }
  }

  async disable(keyId: string): Promise<void> {
    const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: 'false' }];
    try {
      await this.#client.send(new UpdateApiKeyCommand({ apiKey: keyId, patchOperations }));
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
    }
  }

  async delete(keyId: string): Promise<void> {
    try {
      await this.#client.send(new DeleteApiKeyCommand({ apiKey: keyId }));
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
    }
  }

  async flushAuthorizations(): Promise<void> {
    await this.#client.send(
      new FlushStageAuthorizersCacheCommand({ restApiId: this.#restApiId, stageName: this.#stageName }),
    );
  }
}
