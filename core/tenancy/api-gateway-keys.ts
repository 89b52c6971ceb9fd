import {
  type APIGatewayClient,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  FlushStageAuthorizersCacheCommand,
  GetUsagePlanCommand,
  NotFoundException,
  paginateGetUsage,
  UpdateApiKeyCommand,
  UpdateUsageCommand,
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

  async detach(keyId: string, usagePlanId: string): Promise<void> {
    try {
      await this.#client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
    }
  }

  async used(keyId: string, usagePlanId: string, from: Date, to: Date): Promise<number> {
    const day = (date: Date): string => date.toISOString().slice(0, 10);
    const range = { usagePlanId, keyId, startDate: day(from), endDate: day(to) };
    let used = 0;
    for await (const { items } of paginateGetUsage({ client: this.#client }, range)) {
      for (const [count = 0] of items?.[keyId] ?? []) used += count;
    }
    return used;
  }

  async countAsUsed(keyId: string, usagePlanId: string, used: number): Promise<void> {
    const { quota } = await this.#client.send(new GetUsagePlanCommand({ usagePlanId }));
    if (quota?.limit === undefined) return;
    const value = String(Math.max(0, quota.limit - used));
    const patchOperations = [{ op: 'replace' as const, path: '/remaining', value }];
    await this.#client.send(new UpdateUsageCommand({ usagePlanId, keyId, patchOperations }));
  }

  async enable(keyId: string): Promise<void> {
    await this.#setEnabled(keyId, true);
  }

  async disable(keyId: string): Promise<void> {
    try {
      await this.#setEnabled(keyId, false);
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

  async #setEnabled(keyId: string, enabled: boolean): Promise<void> {
    const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: String(enabled) }];
    await this.#client.send(new UpdateApiKeyCommand({ apiKey: keyId, patchOperations }));
  }
}
