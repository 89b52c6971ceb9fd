/** What a tenant's API key may be used for; a key has one of these or several. */
export const scopes = ['infer', 'usage:read', 'keys:read', 'keys:write'] as const;

/**
 * `infer` runs models and lists them; `usage:read` shows the account, its usage, costs and invoices; `keys:read` lists the tenant's keys;
 * `keys:write` makes, rotates and revokes them.
 */
export type Scope = (typeof scopes)[number];
