/** What a model's name looks like, as in manifests. Anything else is unknown without asking the database. */
export const modelNamePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
