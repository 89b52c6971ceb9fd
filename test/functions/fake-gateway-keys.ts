import type { GatewayKeys } from '../../core/tenancy/gateway-keys.ts';

interface FakeKey {
  readonly name: string;
  readonly value: string;
  enabled: boolean;
  plan?: string;
  /** Requests counted, by plan. */
  readonly used: Record<string, number>;
}

/**
 * API Gateway's keys as its documentation has them: ids are its own, a value is unique, a key may be in one plan of a stage, a
 * removed key leaves its plan, and everything asked of an unknown key fails but what `GatewayKeys` calls no error.
 */
export class FakeGatewayKeys implements GatewayKeys {
  readonly keys = new Map<string, FakeKey>();
  flushes = 0;
  /** Calls that fail from now on, before they do anything. */
  readonly failing = new Set<keyof GatewayKeys>();

  async create(name: string, value: string): Promise<string> {
    this.#fail('create');
    if ([...this.keys.values()].some((key) => key.value === value)) throw new Error('ConflictException');
    const id = `gw${this.keys.size + 1}-${value.slice(0, 8)}`;
    this.keys.set(id, { name, value, enabled: true, used: {} });
    return id;
  }

  async attach(keyId: string, usagePlanId: string): Promise<void> {
    this.#fail('attach');
    const key = this.#key(keyId);
    if (key.plan !== undefined && key.plan !== usagePlanId) throw new Error('ConflictException');
    key.plan = usagePlanId;
  }

  async detach(keyId: string, usagePlanId: string): Promise<void> {
    this.#fail('detach');
    const key = this.#key(keyId);
    if (key.plan === usagePlanId) delete key.plan;
  }

  async used(keyId: string, usagePlanId: string): Promise<number> {
    this.#fail('used');
    return this.#key(keyId).used[usagePlanId] ?? 0;
  }

  async countAsUsed(keyId: string, usagePlanId: string, used: number): Promise<void> {
    this.#fail('countAsUsed');
    const key = this.#key(keyId);
    if (key.plan !== usagePlanId) throw new Error('NotFoundException');
    key.used[usagePlanId] = used;
  }

  async enable(keyId: string): Promise<void> {
    this.#fail('enable');
    this.#key(keyId).enabled = true;
  }

  async disable(keyId: string): Promise<void> {
    this.#fail('disable');
    this.#key(keyId).enabled = false;
  }

  async delete(keyId: string): Promise<void> {
    this.#fail('delete');
    this.keys.delete(keyId);
  }

  async flushAuthorizations(): Promise<void> {
    this.#fail('flushAuthorizations');
    this.flushes += 1;
  }

  #key(keyId: string): FakeKey {
    const key = this.keys.get(keyId);
    if (key === undefined) throw new Error('NotFoundException');
    return key;
  }

  #fail(call: keyof GatewayKeys): void {
    if (this.failing.has(call)) throw new Error(`TooManyRequestsException in ${call}`);
  }
}
