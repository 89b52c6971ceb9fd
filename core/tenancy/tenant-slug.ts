import { InvalidInputError } from '../api/maas-error.ts';

/**
 * The id for a tenant of this name: accents dropped, lower case, everything else than a-z and 0-9 becomes one hyphen, at most 63
 * characters ("Café Müller & Co." is `cafe-muller-co`).
 *
 * @throws InvalidInputError when nothing is left of the name
 */
export function tenantSlug(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 63)
    .replace(/-$/, '');
  if (slug === '')
    throw new InvalidInputError(`the name ${JSON.stringify(name)} needs at least one letter a-z or digit`);
  return slug;
}
