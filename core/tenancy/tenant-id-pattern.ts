/** What a tenant's id looks like. Anything else is unknown without asking the database. */
export const tenantIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
