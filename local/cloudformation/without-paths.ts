/** A copy of a value without the properties at these dotted paths; a path goes through every element of a list on its way. */
export function withoutPaths(value: unknown, paths: readonly string[]): unknown {
  return paths.reduce((rest, path) => without(rest, path.split('.')), value);
}

function without(value: unknown, [name, ...deeper]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => without(item, [name, ...deeper]));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value;
  const { [name]: inner, ...rest } = value as Record<string, unknown>;
  return deeper.length === 0 ? rest : { ...rest, [name]: without(inner, deeper) };
}
