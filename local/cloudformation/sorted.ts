import { TemplateError } from './template-error.ts';

/**
 * Topological order: each name after those that it depends on, otherwise as given.
 * @throws TemplateError that spells out a cycle as `a -> b -> a`
 */
export function sorted(
  names: readonly string[],
  dependencies: (name: string) => Iterable<string>,
  where: string,
): string[] {
  const order = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (order.has(name)) return;
    if (path.includes(name)) {
      const cycle = [...path.slice(path.indexOf(name)), name].join(' -> ');
      throw new TemplateError([`${where}: dependencies form a cycle: ${cycle}`]);
    }
    for (const dependency of dependencies(name)) visit(dependency, [...path, name]);
    order.add(name);
  };
  for (const name of names) visit(name, []);
  return [...order];
}
