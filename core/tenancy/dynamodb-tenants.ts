import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import type { Tenant } from './tenant.ts';

/** One try at creating a tenant. It holds the name until `leaseUntil`, or until it is finished or given up. */
export interface TenantAttempt {
  readonly tenant: string;
  readonly name: string;
  readonly plan: string;
  readonly createdAt: string;
  readonly gatewayKeyValue: string;
  /** Id of the first API key, which also tells attempts apart. */
  readonly keyId: string;
  /** Epoch milliseconds, after which nobody can still be working on it. */
  readonly leaseUntil: number;
}

/** How an attempt starts: with the name in hand, `afterAnother` when an earlier attempt may have left something, or not at all. */
export type Begun =
  | { readonly kind: 'begun'; readonly afterAnother: boolean }
  | { readonly kind: 'taken' }
  | { readonly kind: 'busy'; readonly leaseUntil: number };

/**
 * The tenants table. A tenant under creation lies there too, with status `creating`: it holds the name against a second creation
 * and is otherwise treated as absent by everything here.
 */
export class DynamoDBTenants {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** The tenant with this id. Read consistently, since the gateway caches what the authorizer makes of it. */
  async find(tenant: string): Promise<Tenant | undefined> {
    const item = await this.#get(tenant);
    return item === undefined ? undefined : existing(item);
  }

  /** All tenants, sorted by id. */
  async list(): Promise<readonly Tenant[]> {
    const tenants: Tenant[] = [];
    for await (const { Items } of paginateScan(
      { client: this.#client },
      { TableName: this.#table, ConsistentRead: true },
    )) {
      for (const item of Items ?? []) {
        const tenant = existing(item);
        if (tenant !== undefined) tenants.push(tenant);
      }
    }
    return tenants.sort((a, b) => (a.tenant < b.tenant ? -1 : 1));
  }

  /** Takes the name, when it is free or held by an attempt whose lease ran out before `now`. One of many racing callers wins. */
  async begin(attempt: TenantAttempt, now: Date): Promise<Begun> {
    try {
      const { Attributes } = await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshall({ ...attempt, status: 'creating' }),
          ConditionExpression: 'attribute_not_exists(tenant) OR (#status = :creating AND leaseUntil <= :now)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({ ':creating': 'creating', ':now': now.getTime() }),
          ReturnValues: 'ALL_OLD',
        }),
      );
      return { kind: 'begun', afterAnother: Attributes !== undefined };
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
    const item = await this.#get(attempt.tenant);
    const { status, keyId, leaseUntil } = unmarshall(item ?? {}) as Partial<TenantAttempt & { status: string }>;
    if (status !== 'creating' || leaseUntil === undefined) return { kind: 'taken' };
    // Ours: the SDK wrote, lost the answer and wrote again. What stood there before is not known any more.
    return keyId === attempt.keyId ? { kind: 'begun', afterAnother: true } : { kind: 'busy', leaseUntil };
  }

  /** Makes the tenant exist; twice is once, since the SDK may repeat it. Rejects when the attempt lost its name in the meantime. */
  async finish({ tenant, keyId }: TenantAttempt, gatewayKeyId: string): Promise<void> {
    await this.#update(tenant, {
      UpdateExpression: 'SET #status = :active, gatewayKeyId = :gatewayKeyId REMOVE leaseUntil',
      ConditionExpression: '#status IN (:creating, :active) AND keyId = :keyId',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({
        ':active': 'active',
        ':gatewayKeyId': gatewayKeyId,
        ':creating': 'creating',
        ':keyId': keyId,
      }),
    });
  }

  /** Ends a failed attempt's lease, so that the next one need not wait; what it left behind is known by the item that stays. */
  async giveUp({ tenant, keyId }: TenantAttempt): Promise<void> {
    await this.#update(tenant, {
      UpdateExpression: 'SET leaseUntil = :over',
      ConditionExpression: '#status = :creating AND keyId = :keyId',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({ ':over': 0, ':creating': 'creating', ':keyId': keyId }),
    });
  }

  /** Suspends a tenant, again if need be. Undefined when there is none. */
  async suspend(tenant: string, at: Date): Promise<Tenant | undefined> {
    try {
      return existing(
        await this.#update(tenant, {
          UpdateExpression: 'SET #status = :suspended, suspendedAt = if_not_exists(suspendedAt, :at)',
          ConditionExpression: '#status IN (:active, :suspended)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({
            ':active': 'active',
            ':suspended': 'suspended',
            ':at': at.toISOString(),
          }),
        }),
      );
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }

  async #get(tenant: string): Promise<Record<string, AttributeValue> | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall({ tenant }), ConsistentRead: true }),
    );
    return Item;
  }

  async #update(tenant: string, change: Partial<UpdateItemCommandInput>): Promise<Record<string, AttributeValue>> {
    const { Attributes } = await this.#client.send(
      new UpdateItemCommand({ TableName: this.#table, Key: marshall({ tenant }), ReturnValues: 'ALL_NEW', ...change }),
    );
    return Attributes ?? {};
  }
}

function existing(item: Record<string, AttributeValue>): Tenant | undefined {
  const tenant = unmarshall(item) as Omit<Tenant, 'status'> & { readonly status: Tenant['status'] | 'creating' };
  return tenant.status === 'creating' ? undefined : { ...tenant, status: tenant.status };
}
