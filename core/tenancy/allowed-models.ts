/** The models that exist for a key: those that both the tenant's and the key's own allow list name. Undefined, for a list, allows all. */
export function allowedModels(
  tenant: readonly string[] | undefined,
  key: readonly string[] | undefined,
): readonly string[] | undefined {
  if (tenant === undefined || key === undefined) return tenant ?? key;
  return key.filter((model) => tenant.includes(model));
}
