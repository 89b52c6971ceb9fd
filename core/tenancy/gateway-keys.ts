/**
 * API Gateway's own keys, as far as tenants need them: one hidden key each, which puts the tenant under its usage plan. Tenants
 * never see it, so rotating what they do see cannot reset a quota.
 */
export interface GatewayKeys {
  /** Creates an enabled key with a value of ours; gives its id. */
  create(name: string, value: string): Promise<string>;
  /** Puts a key that is in no plan yet under a usage plan. Doing it twice is doing it once. */
  attach(keyId: string, usagePlanId: string): Promise<void>;
  /** Makes the gateway refuse the key. A key that is gone counts as disabled. */
  disable(keyId: string): Promise<void>;
  /** Removes a key, and so takes it out of its plan. A key that is gone already is no error. */
  delete(keyId: string): Promise<void>;
  /** Forgets all cached authorizer answers of the tenant API, so that the next request asks the authorizer again. */
  flushAuthorizations(): Promise<void>;
}
