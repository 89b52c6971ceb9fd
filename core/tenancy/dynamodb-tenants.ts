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
import type { JournalShards } from '../metering/journal-shards.ts';
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

/** What is known of an attempt that ended without finishing. */
export interface DeadAttempt {
  readonly keyId: string;
  /** Its hidden gateway key, when it came so far as to note one. */
  readonly gatewayKeyId?: string;
}

/** How an attempt starts: with the name in hand, or not, since it is taken, in work, or held by an attempt that died. */
export type Begun =
  | { readonly kind: 'begun' | 'taken' }
  | { readonly kind: 'busy'; readonly leaseUntil: number }
  | { readonly kind: 'dead'; readonly attempt: DeadAttempt };

/**
 * The tenants table. A tenant under creation lies there too, with status `creating`, and one that was purged, with status `gone`: they
 * hold the name against another creation and are otherwise treated as absent by everything here.
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
    return (await this.listWithGone()).tenants;
  }

  /** All tenants, and the ids of those that were purged, both sorted. */
  async listWithGone(): Promise<{ readonly tenants: readonly Tenant[]; readonly gone: readonly string[] }> {
    const tenants: Tenant[] = [];
    const gone: string[] = [];
    for await (const { Items } of paginateScan(
      { client: this.#client },
      { TableName: this.#table, ConsistentRead: true },
    )) {
      for (const item of Items ?? []) {
        const tenant = existing(item);
        if (tenant !== undefined) tenants.push(tenant);
        else if (item['status']?.S === 'gone') gone.push(String(item['tenant']?.S));
      }
    }
    return { tenants: tenants.sort((a, b) => (a.tenant < b.tenant ? -1 : 1)), gone: gone.sort() };
  }

  /**
   * Takes the name, when it is free or held by the dead attempt that the caller has cleared away. One of many racing callers wins.
   */
  async begin(attempt: TenantAttempt, now: Date, cleared?: DeadAttempt): Promise<Begun> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshall({ ...attempt, status: 'creating' }),
          // Also our own item: the SDK may have written it, lost the answer, and be writing it again.
          ConditionExpression: 'attribute_not_exists(tenant) OR (#status = :creating AND keyId IN (:own, :cleared))',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({
            ':creating': 'creating',
            ':own': attempt.keyId,
            ':cleared': cleared?.keyId ?? attempt.keyId,
          }),
        }),
      );
      return { kind: 'begun' };
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
    const item = unmarshall((await this.#get(attempt.tenant)) ?? {}) as Partial<TenantAttempt & Tenant>;
    const { status, leaseUntil, keyId, gatewayKeyId } = item as Omit<typeof item, 'status'> & { status?: string };
    if (status !== 'creating' || leaseUntil === undefined || keyId === undefined) return { kind: 'taken' };
    if (leaseUntil > now.getTime()) return { kind: 'busy', leaseUntil };
    return { kind: 'dead', attempt: { keyId, ...(gatewayKeyId === undefined ? {} : { gatewayKeyId }) } };
  }

  /** Notes the attempt's hidden gateway key, so that a later attempt can remove it should this one die. */
  async noteGatewayKey({ tenant, keyId }: TenantAttempt, gatewayKeyId: string): Promise<void> {
    await this.#update(tenant, {
      UpdateExpression: 'SET gatewayKeyId = :gatewayKeyId',
      ConditionExpression: '#status = :creating AND keyId = :keyId',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({
        ':gatewayKeyId': gatewayKeyId,
        ':creating': 'creating',
        ':keyId': keyId,
      }),
    });
  }

  /** Makes the tenant exist; twice is once, since the SDK may repeat it. Rejects when the attempt lost its name in the meantime. */
  async finish({ tenant, keyId }: TenantAttempt): Promise<void> {
    await this.#update(tenant, {
      UpdateExpression: 'SET #status = :active REMOVE leaseUntil',
      ConditionExpression: '#status IN (:creating, :active) AND keyId = :keyId',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({
        ':active': 'active',
        ':creating': 'creating',
        ':keyId': keyId,
      }),
    });
  }

  /** Ends a failed attempt's lease, so that the next one need not wait; the item stays and tells what is to clear away. */
  async giveUp({ tenant, keyId }: TenantAttempt): Promise<void> {
    await this.#update(tenant, {
      UpdateExpression: 'SET leaseUntil = :over',
      ConditionExpression: '#status = :creating AND keyId = :keyId',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({ ':over': 0, ':creating': 'creating', ':keyId': keyId }),
    });
  }

  /** Suspends a tenant, again if need be. Rejects when there is none. */
  async suspend(tenant: string, at: Date): Promise<Tenant> {
    return this.#changed(tenant, {
      UpdateExpression: 'SET #status = :suspended, suspendedAt = if_not_exists(suspendedAt, :at)',
      ConditionExpression: '#status IN (:active, :suspended)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({ ':active': 'active', ':suspended': 'suspended', ':at': at.toISOString() }),
    });
  }

  /** Lets a tenant in again that is suspended or leaving, once more if need be. */
  async resume(tenant: string): Promise<Tenant> {
    return this.#changed(tenant, {
      UpdateExpression: 'SET #status = :active REMOVE suspendedAt, purgeAfter',
      ConditionExpression: '#status IN (:active, :suspended, :leaving)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({ ':active': 'active', ':suspended': 'suspended', ':leaving': 'leaving' }),
    });
  }

  /** Lets a tenant leave. The first time of grace stays. */
  async leave(tenant: string, purgeAfter: string): Promise<Tenant> {
    return this.#changed(tenant, {
      UpdateExpression: 'SET #status = :leaving, purgeAfter = if_not_exists(purgeAfter, :purgeAfter)',
      ConditionExpression: '#status IN (:active, :suspended, :leaving)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({
        ':active': 'active',
        ':suspended': 'suspended',
        ':leaving': 'leaving',
        ':purgeAfter': purgeAfter,
      }),
    });
  }

  /** From here on there is no way back for a tenant that leaves. */
  async beginPurge(tenant: string): Promise<Tenant> {
    return this.#changed(tenant, {
      UpdateExpression: 'SET #status = :purging',
      ConditionExpression: '#status IN (:leaving, :purging)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({ ':leaving': 'leaving', ':purging': 'purging' }),
    });
  }

  /** Forgets all of a tenant but that its id was taken. */
  async bury(tenant: string, at: Date): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: marshall({ tenant, status: 'gone', goneAt: at.toISOString() }),
        ConditionExpression: '#status IN (:purging, :gone)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: marshall({ ':purging': 'purging', ':gone': 'gone' }),
      }),
    );
  }

  /** Sets or takes away the tenant's list of models. */
  async allowModels(tenant: string, models: readonly string[] | undefined): Promise<Tenant> {
    return this.#changed(tenant, {
      UpdateExpression: models === undefined ? 'REMOVE models' : 'SET models = :models',
      ConditionExpression: '#status IN (:active, :suspended)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall(
        { ':active': 'active', ':suspended': 'suspended', ':models': models },
        { removeUndefinedValues: true },
      ),
    });
  }

  /** Sets how many partitions the tenant's hours have. Rejects unless `before` is what holds: no change may undo another. */
  async setShards(tenant: string, before: JournalShards | undefined, after: JournalShards): Promise<Tenant> {
    const unchanged = before === undefined ? 'attribute_not_exists(shards)' : 'shards = :before';
    return this.#changed(tenant, {
      UpdateExpression: 'SET shards = :after',
      // Also our own change: the SDK may have made it, lost the answer, and be making it again.
      ConditionExpression: `#status IN (:active, :suspended) AND (${unchanged} OR shards = :after)`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall(
        { ':active': 'active', ':suspended': 'suspended', ':before': before, ':after': after },
        { removeUndefinedValues: true },
      ),
    });
  }

  /** Puts a tenant under another plan and notes what is still to be done at the gateway. Rejects unless it is under `from`, at rest. */
  async beginMove(tenant: string, from: string, to: string, used: number): Promise<Tenant> {
    return this.#changed(tenant, {
      UpdateExpression: 'SET #plan = :to, moving = :moving',
      // Also our own change: the SDK may have made it, lost the answer, and be making it again.
      ConditionExpression: '(#plan = :from AND attribute_not_exists(moving)) OR (#plan = :to AND moving = :moving)',
      ExpressionAttributeNames: { '#plan': 'plan' },
      ExpressionAttributeValues: marshall({ ':from': from, ':to': to, ':moving': { from, used } }),
    });
  }

  /** Notes that the gateway knows the new plan. */
  async endMove(tenant: string): Promise<Tenant> {
    return this.#changed(tenant, {
      UpdateExpression: 'REMOVE moving',
      ConditionExpression: 'attribute_exists(tenant)',
    });
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

  async #changed(tenant: string, change: Partial<UpdateItemCommandInput>): Promise<Tenant> {
    const tenantAfter = existing(await this.#update(tenant, change));
    if (tenantAfter === undefined) throw new Error(`tenant ${tenant} is still being created`);
    return tenantAfter;
  }
}

function existing(item: Record<string, AttributeValue>): Tenant | undefined {
  const tenant = unmarshall(item) as Omit<Tenant, 'status'> & {
    readonly status: Tenant['status'] | 'creating' | 'gone';
  };
  if (tenant.status === 'creating' || tenant.status === 'gone') return undefined;
  return { ...tenant, status: tenant.status };
}
