/**
 * API Gateway's own keys, as far as tenants need them: one hidden key each, which puts the tenant under its usage plan. Tenants
 * never see it, so rotating what they do see cannot reset a quota.
 */
export interface GatewayKeys {
  /** Creates an enabled key with a value of ours; gives its id. */
  create(name: string, value: string): Promise<string>;
  /** Puts a key that is in no plan yet under a usage plan. Doing it twice is doing it once. */
  attach(keyId: string, usagePlanId: string): Promise<void>;
  /** Takes a key out of a usage plan. One that is not in it is no error. */
  detach(keyId: string, usagePlanId: string): Promise<void>;
  /** How many requests the plan counted for the key from one day to another, both included and in UTC. */
  used(keyId: string, usagePlanId: string, from: Date, to: Date): Promise<number>;
  /** Leaves the key as much of the plan's quota in the running period as if it had made so many requests already. */
  countAsUsed(keyId: string, usagePlanId: string, used: number): Promise<void>;
  /** Makes the gateway let the key in again. */
  enable(keyId: string): Promise<void>;
  /** Makes the gateway refuse the key. A key that is gone counts as disabled. */
  disable(keyId: string): Promise<void>;
  /** Removes a key, and so takes it out of its plan. A key that is gone already is no error. */
  delete(keyId: string): Promise<void>;
  /** Forgets all cached authorizer answers of the tenant API, so that the next request asks the authorizer again. */
  flushAuthorizations(): Promise<void>;
}
